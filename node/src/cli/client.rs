//! A program's way to the running node: its API, with the token from the data directory.

use crate::api::ApiFile;
use crate::api::types::ErrorBody;
use crate::texts::program::t;
use anyhow::{Context, Result, anyhow, bail};
use reqwest::header::CONTENT_LENGTH;
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

/// The way to one node.
#[derive(Debug)]
pub struct Client {
    data: PathBuf,
    file: ApiFile,
    http: reqwest::Client,
}

impl Client {
    /// Reads how to reach the node whose data is in `data`.
    pub fn open(data: &Path) -> Result<Self> {
        if !data.is_dir() {
            bail!(t!("cli-no-node", dir = data.display().to_string()));
        }
        let read = ApiFile::read(data)
            .with_context(|| t!("cli-cannot-read", path = data.join("api.json").display().to_string()))?;
        let file = read.ok_or_else(|| not_running(data))?;
        Ok(Self { data: data.to_owned(), file, http: reqwest::Client::builder().no_proxy().build()? })
    }

    /// The address and token, for the event stream.
    pub fn file(&self) -> &ApiFile {
        &self.file
    }

    /// What to say when nobody answers.
    pub fn not_running(&self) -> anyhow::Error {
        not_running(&self.data)
    }

    /// Reads.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        Ok(self.send(self.request(Method::GET, path)).await?.json().await?)
    }

    /// Reads, with parameters.
    pub async fn get_with<T: DeserializeOwned>(&self, path: &str, query: &impl Serialize) -> Result<T> {
        Ok(self.send(self.request(Method::GET, path).query(query)).await?.json().await?)
    }

    /// Asks for something that answers.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        Ok(self.send(self.request(Method::POST, path).json(body)).await?.json().await?)
    }

    /// Changes something that answers nothing.
    pub async fn put(&self, path: &str, body: &impl Serialize) -> Result<()> {
        self.send(self.request(Method::PUT, path).json(body)).await.map(drop)
    }

    /// Changes something that answers.
    pub async fn put_for<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T> {
        Ok(self.send(self.request(Method::PUT, path).json(body)).await?.json().await?)
    }

    /// Replaces something by bytes.
    pub async fn put_bytes(&self, path: &str, bytes: Vec<u8>) -> Result<()> {
        self.send(self.request(Method::PUT, path).body(bytes)).await.map(drop)
    }

    /// Changes a part of something.
    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Result<()> {
        self.send(self.request(Method::PATCH, path).json(body)).await.map(drop)
    }

    /// Removes something.
    pub async fn delete(&self, path: &str) -> Result<()> {
        self.send(self.request(Method::DELETE, path)).await.map(drop)
    }

    /// Orders something with details, that answers nothing.
    pub async fn order_with(&self, path: &str, body: &impl Serialize) -> Result<()> {
        self.send(self.request(Method::POST, path).json(body)).await.map(drop)
    }

    /// Orders something that needs no more words and answers nothing.
    pub async fn order(&self, path: &str) -> Result<()> {
        self.send(self.request(Method::POST, path)).await.map(drop)
    }

    /// Sends bytes of a known length as they are read.
    pub async fn upload<T: DeserializeOwned>(
        &self,
        path: &str,
        query: &impl Serialize,
        size: u64,
        body: reqwest::Body,
    ) -> Result<T> {
        let request = self.request(Method::POST, path).query(query).header(CONTENT_LENGTH, size).body(body);
        Ok(self.send(request).await?.json().await?)
    }

    /// Reads bytes as they come.
    pub async fn download(&self, path: &str) -> Result<Response> {
        self.send(self.request(Method::GET, path)).await
    }

    /// Reads bytes as they come, with parameters.
    pub async fn download_with(&self, path: &str, query: &impl Serialize) -> Result<Response> {
        self.send(self.request(Method::GET, path).query(query)).await
    }

    /// Asks for something that answers with bytes, as they come.
    pub async fn download_for(&self, path: &str, query: &impl Serialize, body: &impl Serialize) -> Result<Response> {
        self.send(self.request(Method::POST, path).query(query).json(body)).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("http://{}{path}", self.file.addr)).bearer_auth(&self.file.token)
    }

    async fn send(&self, request: RequestBuilder) -> Result<Response> {
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => return Err(self.not_running()),
            Err(error) => return Err(anyhow!(t!("cli-no-answer", why = error.to_string()))),
        };
        if response.status().is_success() {
            return Ok(response);
        }
        let status = response.status();
        match response.json::<ErrorBody>().await {
            Ok(body) => Err(anyhow!(body.error.message)),
            Err(_) => {
                let (address, status) = (self.file.addr.to_string(), status.to_string());
                Err(anyhow!(t!("cli-other-answers", address = address, status = status)))
            }
        }
    }
}

fn not_running(data: &Path) -> anyhow::Error {
    anyhow!(t!("cli-not-running", dir = data.display().to_string()))
}
