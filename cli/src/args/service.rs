use std::path::PathBuf;

use clap::Args as ClapArgs;
use iamport::{Client, ClientBuilder};

use crate::{capture::Recorder, error::CliError};

/// The address of the service.
#[derive(ClapArgs)]
pub(crate) struct Service {
    /// Address of the service [default: IMP_BASE_URL, or https://api.iamport.kr]
    #[arg(long, value_name = "URL", display_order = 100)]
    pub(super) base_url: Option<String>,
}

impl Service {
    /// Builds a client with the keys in the environment.
    pub(crate) fn client(&self) -> Result<Client, CliError> {
        Ok(self.builder()?.build()?)
    }

    pub(crate) fn builder(&self) -> Result<ClientBuilder, CliError> {
        let builder = ClientBuilder::from_env()?;
        Ok(match &self.base_url {
            Some(base_url) => builder.base_url(base_url),
            None => builder,
        })
    }
}

/// The file of captured responses.
#[derive(ClapArgs)]
pub(crate) struct Save {
    /// Save each response of the service as one line of this file, for `validate` and `sandbox --data`. It has personal data,
    /// so only you can read it (on Windows, whoever may read the folder); `redact` replaces them. Access tokens are left out.
    #[arg(long, value_name = "FILE", display_order = 99)]
    pub(super) save: Option<PathBuf>,
}

impl Save {
    /// Builds a client that saves its responses.
    pub(crate) fn client(&self, service: &Service, overwrite: bool) -> Result<Client, CliError> {
        let builder = service.builder()?;
        let Some(path) = &self.save else { return Ok(builder.build()?) };
        let recorder = Recorder::create(path, overwrite)?;
        Ok(builder.inspect(move |response| recorder.record(response)).build()?)
    }
}
