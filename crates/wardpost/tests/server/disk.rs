//! No room: a clear refusal for the time being, nothing lost, and work goes on when there is room again.

use crate::harness::{House, Node, Person, Smtp, text};
use std::collections::BTreeSet;
use std::process::Command;

/// Brings mail until it is refused twice; gives what was confirmed.
async fn fill(node: &Node) -> BTreeSet<String> {
    let body = "Words that take room.\r\n".repeat(1000);
    let mut smtp = Smtp::connect(node.mx()).await.unwrap();
    let (mut confirmed, mut refused) = (BTreeSet::new(), 0);
    for n in 0..5000 {
        let subject = format!("message-{n:04}");
        match smtp.send("anna@clinic.example", &subject, &body).await.unwrap() {
            (250, _) => drop(confirmed.insert(subject)),
            (452, line) => {
                assert!(line.starts_with("452 4.3.1 "), "{line}");
                refused += 1;
                if refused == 2 {
                    return confirmed;
                }
            }
            (_, line) => panic!("{line}"),
        }
    }
    panic!("there was always room");
}

async fn all_there(anna: &mut Person, confirmed: &BTreeSet<String>) {
    let subjects = anna.subjects().await;
    assert_eq!(subjects.len(), subjects.iter().collect::<BTreeSet<_>>().len(), "something is there twice");
    let there: BTreeSet<String> = subjects.into_iter().collect();
    assert_eq!(&there, confirmed, "exactly what was confirmed is there");
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_configured_size_mail_is_refused_for_the_time_being() {
    let house = House::new("[database]\nmax_mib = 4\n");
    let node = house.start();
    let mut anna = house.person(&node, "clinician", "anna").await;
    let mut confirmed = fill(&node).await;
    assert!(confirmed.len() > 10, "{}", confirmed.len());
    all_there(&mut anna, &confirmed).await;
    node.stop();

    house.configure("node.toml", "one", "[database]\nmax_mib = 64\n");
    let verified = house.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{}", text(&verified));
    let node = house.start();
    let sent = Smtp::connect(node.mx()).await.unwrap().send("anna@clinic.example", "after", "x").await.unwrap();
    assert_eq!(sent.0, 250, "{}", sent.1);
    confirmed.insert("after".to_owned());
    anna.api.turn_to(&node);
    all_there(&mut anna, &confirmed).await;
    node.stop();
}

/// A file system of a few MiB, unmounted at the end.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    /// None where this user may not mount.
    fn mount(at: std::path::PathBuf) -> Option<Self> {
        std::fs::create_dir_all(&at).unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=12m,mode=0700", "tmpfs"]).arg(&at).output().ok()?;
        mounted.status.success().then_some(Self(at))
    }
    fn grow(&self) {
        assert!(Command::new("mount").args(["-o", "remount,size=64m"]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_mail_is_refused_and_taken_again_when_there_is_room() {
    let disk_folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(disk_folder.path().join("disk")) else {
        assert_ne!(
            std::fs::metadata("/proc/self").map(|m| std::os::unix::fs::MetadataExt::uid(&m)).unwrap(),
            0,
            "root could not mount"
        );
        eprintln!("not run: only root can mount a small disk; the configured size is tested all the same");
        return;
    };
    let folder = disk.0.display().to_string();
    let house = House::with(
        &format!("[vault]\nroot_key_file = \"root.key\"\n[database]\nurl = \"sqlite:{folder}/wardpost.db\"\n"),
        Vec::new(),
    );
    let node = house.start();
    let mut anna = house.person(&node, "clinician", "anna").await;
    let mut confirmed = fill(&node).await;
    all_there(&mut anna, &confirmed).await;
    disk.grow();
    let sent = Smtp::connect(node.mx()).await.unwrap().send("anna@clinic.example", "after", "x").await.unwrap();
    assert_eq!(sent.0, 250, "without a restart: {}", sent.1);
    confirmed.insert("after".to_owned());
    all_there(&mut anna, &confirmed).await;
    node.stop();
    let verified = house.run(&["audit", "verify"]);
    assert!(verified.status.success(), "{}", text(&verified));
}
