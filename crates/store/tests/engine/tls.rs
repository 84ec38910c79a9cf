//! The connection to a server over the network: encrypted and to the right one, or none.

use crate::*;
use wardpost_store::testing::{TestPostgres, run};
use wardpost_store::{DbConfig, StoreError};

const ENCRYPTED: &str = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

#[test]
fn a_server_is_believed_by_its_certificate_only() {
    run(async {
        let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let (certificate, key) = (own.cert.pem(), own.signing_key.serialize_pem());
        let server = TestPostgres::private_on_tcp(Some((&certificate, &key)));
        let folder = tempfile::tempdir().unwrap();
        let roots = folder.path().join("roots with a space.pem");
        std::fs::write(&roots, certificate).unwrap();
        let roots = roots.display().to_string().replace(' ', "%20");
        let url = |host: &str, query: &str| {
            DbConfig::postgres(format!("postgres://postgres@{host}:{}/postgres?{query}", server.port()))
        };
        for mode in ["require", "verify-full"] {
            let config = url("localhost", &format!("sslmode={mode}&sslrootcert={roots}"));
            let db = Db::open(&config).await.unwrap();
            assert!(db.query_opt(ENCRYPTED, params![]).await.unwrap().unwrap().bool(0).unwrap());
        }
        let refused = |config: DbConfig| async move {
            match Db::open(&config).await {
                Err(StoreError::Backend(text)) => text.to_lowercase(),
                other => panic!("{:?}", other.err()),
            }
        };
        let unknown = refused(url("localhost", "sslmode=require")).await;
        assert!(unknown.contains("certificate"), "{unknown}");
        let misnamed = refused(url("127.0.0.1", &format!("sslmode=require&sslrootcert={roots}"))).await;
        assert!(misnamed.contains("certificate"), "{misnamed}");
    });
}

#[test]
fn a_server_without_tls_is_refused_when_it_is_required() {
    run(async {
        let server = TestPostgres::private_on_tcp(None);
        let url = format!("postgres://postgres@localhost:{}/postgres?sslmode=require", server.port());
        let Err(StoreError::Backend(text)) = Db::open(&DbConfig::postgres(url)).await else { panic!("opened") };
        assert!(text.to_lowercase().contains("tls"), "{text}");
    });
}
