//! What the documents claim of the code exists: the tests they name as holding an invariant, the files they link to.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All files below a folder with this ending; what is built or fetched is left out.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(&*name, "target" | "node_modules" | ".git" | "dist" | "build") {
                found.extend(files(&path, ending));
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
    found
}

/// Between two backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn the_tests_that_the_documents_name_exist() {
    let mut functions = BTreeSet::new();
    for file in files(&root(), ".rs") {
        for line in fs::read_to_string(file).unwrap().lines() {
            let after = line.split("fn ").nth(1).unwrap_or_default();
            functions.insert(after.split('(').next().unwrap_or_default().to_owned());
        }
    }
    let mut named = 0;
    for file in files(&root().join("docs"), ".md") {
        for word in quoted(&fs::read_to_string(&file).unwrap()) {
            // A sentence in snake case is a test's name.
            let is_name = word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            if is_name && word.matches('_').count() >= 3 {
                named += 1;
                assert!(functions.contains(word), "{} names {word}, which is no function", file.display());
            }
        }
    }
    assert!(named > 40, "only {named} names found: the search is broken");
}

#[test]
fn the_files_that_the_documents_link_to_exist() {
    let mut pages = files(&root().join("docs"), ".md");
    pages.push(root().join("README.md"));
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            assert!(page.parent().unwrap().join(path).exists(), "{} links to {link}", page.display());
        }
    }
}
