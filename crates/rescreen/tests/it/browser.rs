//! A real browser, as a test drives it.

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    str::FromStr,
    thread,
    time::Duration,
};

use fantoccini::{
    Client, ClientBuilder, Locator,
    actions::{InputSource, KeyAction, KeyActions},
    wd::{Capabilities, WebDriverCompatibleCommand},
};
use hyper_util::client::legacy::connect::HttpConnector;
use reqwest::{Method, Url};
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::serving::Serving;

/// A driver with one window of its browser; they end together.
pub(crate) struct Browser {
    driver: Child,
    runtime: Runtime,
    client: Client,
    base: String,
    /// How many keys were pressed.
    pub(crate) keys: usize,
}

/// Keys that have no letter, by their WebDriver number.
pub(crate) const ENTER: char = '\u{e007}';
pub(crate) const ESCAPE: char = '\u{e00c}';
pub(crate) const TAB: char = '\u{e004}';
pub(crate) const SPACE: char = ' ';

/// What a browser is like.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Kind {
    pub(crate) without_script: bool,
}

impl Browser {
    /// Starts one, or says that there is none.
    pub(crate) fn start(serving: &Serving, kind: Kind) -> Option<Self> {
        let started = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut driver) = started else {
            eprintln!("SKIPPED: there is no chromedriver; install chromium and chromium-driver");
            return None;
        };
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| {
            let line = line.unwrap();
            let (_, port) = line.split_once("started successfully on port ")?;
            Some(port.trim_end_matches('.').to_owned())
        });
        // The driver must not stop because nobody reads what it says.
        thread::spawn(move || lines.for_each(drop));
        let mut options = json!({ "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,900",
            "--disable-background-networking", "--no-first-run", "--lang=en-GB",
        ] });
        if kind.without_script {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let mut wanted = Capabilities::new();
        wanted.insert("goog:chromeOptions".to_owned(), options);
        wanted.insert("unhandledPromptBehavior".to_owned(), json!("ignore"));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let connector = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .clone();
        let address = format!("http://127.0.0.1:{}", port.unwrap());
        let client = runtime.block_on(connector.connect(&address)).unwrap();
        Some(Self {
            driver,
            runtime,
            client,
            base: format!("http://{}", serving.address),
            keys: 0,
        })
    }

    pub(crate) fn go(&self, path: &str) {
        self.runtime
            .block_on(self.client.goto(&format!("{}{path}", self.base)))
            .unwrap();
    }

    /// Path and query of the page that is shown.
    pub(crate) fn place(&self) -> String {
        let url = self.runtime.block_on(self.client.current_url()).unwrap();
        url.as_str().trim_start_matches(&self.base).to_owned()
    }

    pub(crate) fn sign_in(&self, token: &str) {
        self.go("/sign-in");
        self.fill("#token", token);
        self.click("main form button");
        self.wait_for(".person");
    }

    pub(crate) fn wait_for(&self, css: &str) {
        let waited = self.runtime.block_on(async {
            let wait = self.client.wait().at_most(Duration::from_secs(20));
            wait.for_element(Locator::Css(css)).await
        });
        waited
            .unwrap_or_else(|e| panic!("no {css} on {}: {e}: {}", self.place(), self.text("body")));
    }

    pub(crate) fn wait_until_at(&self, start: &str) {
        for _ in 0..400 {
            if self.place().starts_with(start) {
                return;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!(
            "still at {}, not at {start}: {}",
            self.place(),
            self.text("body")
        );
    }

    pub(crate) fn click(&self, css: &str) {
        let clicked = self
            .runtime
            .block_on(async { self.client.find(Locator::Css(css)).await?.click().await });
        clicked.unwrap_or_else(|e| panic!("{css} on {}: {e}", self.place()));
    }

    pub(crate) fn fill(&self, css: &str, text: &str) {
        let filled = self.runtime.block_on(async {
            let field = self.client.find(Locator::Css(css)).await?;
            field.clear().await?;
            field.send_keys(text).await
        });
        filled.unwrap_or_else(|e| panic!("{css} on {}: {e}", self.place()));
    }

    pub(crate) fn choose(&self, css: &str, value: &str) {
        self.click(&format!("{css} option[value=\"{value}\"]"));
    }

    /// What the first of these says.
    pub(crate) fn text(&self, css: &str) -> String {
        let text = self
            .runtime
            .block_on(async { self.client.find(Locator::Css(css)).await?.text().await });
        text.unwrap_or_else(|e| panic!("{css} on {}: {e}", self.place()))
    }

    pub(crate) fn texts(&self, css: &str) -> Vec<String> {
        self.runtime.block_on(async {
            let mut texts = Vec::new();
            for element in self.client.find_all(Locator::Css(css)).await.unwrap() {
                texts.push(element.text().await.unwrap());
            }
            texts
        })
    }

    pub(crate) fn has(&self, css: &str) -> bool {
        !self
            .runtime
            .block_on(self.client.find_all(Locator::Css(css)))
            .unwrap()
            .is_empty()
    }

    /// Presses keys one after another, wherever the focus is.
    pub(crate) fn press(&mut self, keys: &[char]) {
        for key in keys {
            self.keys += 1;
            let press = KeyActions::new("keys".to_owned())
                .then(KeyAction::Down { value: *key })
                .then(KeyAction::Up { value: *key });
            self.runtime
                .block_on(self.client.perform_actions(press))
                .unwrap();
        }
    }

    pub(crate) fn run(&self, script: &str) -> Value {
        self.runtime
            .block_on(self.client.execute(script, Vec::new()))
            .unwrap_or_else(|e| panic!("{e}: {script}"))
    }

    /// Runs a script that gives its result to the function it is called with.
    pub(crate) fn run_async(&self, script: &str) -> Value {
        self.runtime
            .block_on(self.client.execute_async(script, Vec::new()))
            .unwrap()
    }

    /// What a dialog says, if one is open.
    pub(crate) fn dialog(&self) -> Option<String> {
        self.runtime.block_on(self.client.get_alert_text()).ok()
    }

    /// Asks for light or dark, and for a width.
    pub(crate) fn look(&self, scheme: &'static str, width: u32) {
        self.look_through(scheme, (width, 900));
    }

    /// The same through a window of that size.
    pub(crate) fn look_through(&self, scheme: &'static str, (width, height): (u32, u32)) {
        // Colours are measured as they are in the end, not on the way there.
        let feature = json!({ "features": [
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        for (method, parameters) in [
            ("Emulation.setEmulatedMedia", feature),
            ("Emulation.setDeviceMetricsOverride", size),
        ] {
            self.runtime
                .block_on(self.client.issue_cmd(DevTools { method, parameters }))
                .unwrap();
        }
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _closed = self.runtime.block_on(self.client.clone().close());
        let _ended = self.driver.kill();
        let _ended = self.driver.wait();
    }
}

/// A command of Chromium's own.
#[derive(Debug)]
struct DevTools {
    method: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for DevTools {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, <Url as FromStr>::Err> {
        base.join(&format!(
            "session/{}/goog/cdp/execute",
            session.unwrap_or_default()
        ))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let body = json!({ "cmd": self.method, "params": self.parameters });
        (Method::POST, Some(body.to_string()))
    }
}
