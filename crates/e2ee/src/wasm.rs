//! [`Engine`] for JavaScript, with nothing added: the host owns socket, store, clock and pages.
//!
//! A panic ends the instance, which must not be called again: the host begins a new one from what was stored. Only the
//! place of the panic is told, for its message could have content in it.

use crate::client::Engine;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::{JsCast, JsValue, wasm_bindgen};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r"
/** What the host does, in this order: makes the writes durable, all or none; sends the frames; tells the events. */
export interface Output {
  /** A name and its new value; without a value it is dropped. */
  writes: [string, Uint8Array | undefined][];
  frames: Uint8Array[];
  /** JSON, each. */
  events: string[];
  /** When `tick` is to be called, in milliseconds since the epoch. */
  wake_ms: number | undefined;
  /** The connection is to be closed. */
  close: boolean;
}
";

#[wasm_bindgen]
extern "C" {
    /// Every name and value that was stored.
    #[wasm_bindgen(typescript_type = "[string, Uint8Array][]")]
    pub type Stored;
    /// What is to be done.
    #[wasm_bindgen(typescript_type = "Output")]
    pub type Drained;
}

/// Called once, when the module is loaded.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        wasm_bindgen::throw_str(&format!("the engine ended at {place}"));
    }));
}

/// The engine.
#[wasm_bindgen(js_name = Engine)]
pub struct Bound(Engine);

#[wasm_bindgen(js_class = Engine)]
impl Bound {
    /// Begins from all that earlier writes stored.
    ///
    /// # Errors
    /// When that can't be read: an error with the name `Damaged`, after which one can begin from nothing.
    #[wasm_bindgen(constructor)]
    pub fn new(stored: &Stored) -> Result<Self, JsValue> {
        let pairs = stored.dyn_ref::<Array>().ok_or_else(|| damaged("stored: no array"))?;
        let stored = pairs.iter().map(|pair| read_pair(&pair)).collect::<Option<_>>();
        let stored = stored.ok_or_else(|| damaged("stored: no name and bytes"))?;
        Engine::new(stored).map(Self).map_err(|error| damaged(&error.to_string()))
    }

    /// The socket is open. `now_ms`, here and below: milliseconds since the epoch.
    pub fn connected(&mut self, now_ms: f64) {
        self.0.connected(time(now_ms));
    }

    /// The socket is closed.
    pub fn disconnected(&mut self) {
        self.0.disconnected();
    }

    /// A frame came.
    pub fn receive(&mut self, frame: &[u8], now_ms: f64) {
        self.0.receive(frame, time(now_ms));
    }

    /// A page asks: the command's name stands under `command` in `json`. An event answers with `id`.
    pub fn command(&mut self, id: u32, json: &str, now_ms: f64) {
        self.0.command(id, json, time(now_ms));
    }

    /// Time passed.
    pub fn tick(&mut self, now_ms: f64) {
        self.0.tick(time(now_ms));
    }

    /// What is to be done now; to be asked after each of the above, or after several of them.
    pub fn drain(&mut self) -> Drained {
        let output = self.0.drain();
        let writes = output.writes.iter().map(|(name, value)| {
            let value = value.as_deref().map_or(JsValue::UNDEFINED, bytes);
            Array::of2(&JsValue::from_str(name), &value)
        });
        let wake = output.wake_ms.map_or(JsValue::UNDEFINED, |at| JsValue::from_f64(at as f64));
        let object = js_sys::Object::new();
        for (name, value) in [
            ("writes", writes.collect::<Array>().into()),
            ("frames", output.frames.iter().map(|frame| bytes(frame)).collect::<Array>().into()),
            ("events", output.events.iter().map(|event| JsValue::from_str(event)).collect::<Array>().into()),
            ("wake_ms", wake),
            ("close", output.close.into()),
        ] {
            // A plain object takes any property.
            let _ = js_sys::Reflect::set(&object, &JsValue::from_str(name), &value);
        }
        object.unchecked_into()
    }
}

fn damaged(why: &str) -> JsValue {
    let error = js_sys::Error::new(why);
    error.set_name("Damaged");
    error.into()
}

fn read_pair(pair: &JsValue) -> Option<(String, Vec<u8>)> {
    let pair = pair.dyn_ref::<Array>()?;
    Some((pair.get(0).as_string()?, pair.get(1).dyn_ref::<Uint8Array>()?.to_vec()))
}

fn bytes(slice: &[u8]) -> JsValue {
    Uint8Array::from(slice).into()
}

/// JavaScript's times are exact to the millisecond for longer than any clock runs.
const fn time(now_ms: f64) -> i64 {
    now_ms as i64
}
