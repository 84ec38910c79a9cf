//! The browsers in which one has signed in.

use super::{ChangeRefusals, Items, Refusals, nothing};
use crate::extract::Path;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::WebState;
use axum::extract::State;
use axum::response::Response;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use wardpost_core::identity::DeviceLine;
use wardpost_model::DeviceId;

pub(crate) fn routes() -> OpenApiRouter<WebState> {
    OpenApiRouter::new().routes(routes!(my_devices)).routes(routes!(forget_device))
}

/// A browser in which one has signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Device {
    id: DeviceId,
    /// The browser that asks.
    current: bool,
    /// The first sign-in with it.
    #[schema(value_type = String, format = "date-time")]
    created_at: Timestamp,
    /// The last sign-in with it.
    #[schema(value_type = String, format = "date-time")]
    last_seen_at: Timestamp,
    /// What it calls itself.
    #[schema(required)]
    user_agent: Option<String>,
}

impl From<DeviceLine> for Device {
    fn from(d: DeviceLine) -> Self {
        Self {
            id: d.id,
            current: d.current,
            created_at: d.created_at,
            last_seen_at: d.last_seen_at,
            user_agent: d.user_agent,
        }
    }
}

/// The browsers in which one has signed in, used last first. Signing in with another one is told by a notice.
#[utoipa::path(get, path = "/me/devices", tag = "me",
    responses((status = 200, description = "Devices", body = Items<Device>), Refusals))]
pub(crate) async fn my_devices(State(state): State<WebState>, signed: Signed) -> Answer<axum::Json<Items<Device>>> {
    let found = state.core().devices(&signed.actor).await?;
    Ok(axum::Json(Items { items: found.into_iter().map(Device::from).collect() }))
}

/// Forget a browser: its other sessions end, and the next sign-in with it is as with a new one.
#[utoipa::path(delete, path = "/me/devices/{device_id}", tag = "me",
    params(("device_id" = DeviceId, Path, description = "The device")),
    responses((status = 204, description = "Forgotten"), ChangeRefusals))]
pub(crate) async fn forget_device(
    State(state): State<WebState>,
    signed: Signed,
    Path(id): Path<DeviceId>,
) -> Answer<Response> {
    state.core().forget_device(&signed.actor, id).await?;
    Ok(nothing())
}
