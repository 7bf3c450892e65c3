use clap::Args as ClapArgs;
use iamport::{Client, ClientBuilder};

use crate::error::CliError;

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
        let mut builder = ClientBuilder::from_env()?;
        if let Some(base_url) = &self.base_url {
            builder = builder.base_url(base_url);
        }
        Ok(builder.build()?)
    }
}
