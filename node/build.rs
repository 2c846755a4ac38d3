//! Puts the built web client (`node/web/dist`) into the program, or a page that says how to get it.
//!
//! This never runs npm: a build of the node needs no Node.js. `make web` builds the client.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| io::Error::other("no manifest dir"))?);
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("no OUT_DIR"))?);
    let (dist, fallback) = (root.join("web/dist"), root.join("web/fallback"));
    // A path that does not exist counts as changed at every build, so the folder above stands in for it.
    let watched = if dist.exists() { dist.clone() } else { root.join("web") };
    println!("cargo:rerun-if-changed={}", watched.display());
    println!("cargo:rerun-if-changed={}", fallback.display());
    let chosen = if dist.join("index.html").is_file() { dist } else { fallback };
    let mut files = Vec::new();
    collect(&chosen, &mut files)?;
    files.sort();
    fs::write(out.join("page_files.rs"), table(&chosen, &files)?)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn table(root: &Path, files: &[PathBuf]) -> io::Result<String> {
    let mut code = String::from("static ASSETS: &[Asset] = &[\n");
    for file in files {
        println!("cargo:rerun-if-changed={}", file.display());
        // A compressed copy belongs to its original, which stands before it.
        if file.extension().is_some_and(|extension| extension == "gz") {
            continue;
        }
        let path = file.strip_prefix(root).map_err(io::Error::other)?.to_string_lossy().replace('\\', "/");
        let etag = format!("\"{}\"", blake3::hash(&fs::read(file)?).to_hex());
        let full = file.to_string_lossy();
        let small = PathBuf::from(format!("{full}.gz"));
        let gzip = if files.contains(&small) { format!("Some(include_bytes!({small:?}))") } else { "None".to_owned() };
        let _ = writeln!(
            code,
            "    Asset {{ path: {path:?}, bytes: include_bytes!({full:?}), gzip: {gzip}, etag: {etag:?} }},"
        );
    }
    code.push_str("];\n");
    Ok(code)
}
