/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-studio"

#include "thru-config.h"

#include "thru-live-studio-private.h"

#include "thru-device-questions.h"
#include "thru-own-devices.h"
#include "thru-problems-private.h"
#include "thru-remote-model.h"
#include "thru-runtime-folder.h"
#include "thru-strings-private.h"
#include "thru-studio-memory.h"
#include "thru-studio-private.h"

#include <glib/gi18n.h>

#define PORT 1199
#define START_AVAHI "sudo systemctl start avahi-daemon"
#define NAME_MAX_OCTETS 63
#define WORTH_TELLING_SECONDS 2

G_DEFINE_FINAL_TYPE (ThruLiveStudio, thru_live_studio, THRU_TYPE_STUDIO)

/* Announces nothing that nobody could connect to. */
static void
publish (ThruLiveStudio *self)
{
  ThruRoom *own_room = thru_studio_get_own_room (THRU_STUDIO (self));

  thru_discovery_update (self->discovery, thru_room_get_name (own_room), self->listening);
}

static gboolean
thru_live_studio_add_room (ThruStudio *studio,
                           const char *address,
                           GError    **error)
{
  thru_room_links_add_address (THRU_LIVE_STUDIO (studio)->links, address, NULL);
  return TRUE;
}

static gboolean
thru_live_studio_set_room_name (ThruStudio *studio,
                                const char *name,
                                GError    **error)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);

  _thru_strings_set (&self->state->room_name, name);
  _thru_room_set_name (thru_studio_get_own_room (studio), name);
  _thru_studio_set_needs_name (studio, FALSE);
  thru_engine_set_hello (self->engine, self->state->room_id, name);
  publish (self);
  thru_store_save_soon (self->store);
  return TRUE;
}

static void
thru_live_studio_set_late_limit (ThruStudio *studio,
                                 guint       ms)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);

  if (self->engine == NULL || self->state->late_limit_ms == ms)
    return;

  self->state->late_limit_ms = ms;
  thru_engine_set_late_limit (self->engine, (guint64) ms * 1000);
  thru_midi_system_set_late_limit (self->midi, (guint64) ms * 1000);
  thru_store_save_soon (self->store);
}

static void
thru_live_studio_panic (ThruStudio *studio)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);

  if (self->engine != NULL)
    thru_engine_panic (self->engine);
}

static void
thru_live_studio_set_watched (ThruStudio *studio,
                              gboolean    watched)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);

  if (self->engine == NULL)
    return;

  thru_route_planner_set_watched (self->planner, watched);
  thru_announcer_set_watched (self->announcer, watched);
}

static void
thru_live_studio_cancel_transfer (ThruStudio   *studio,
                                  ThruTransfer *transfer)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);

  if (self->transfers != NULL)
    thru_transfers_cancel (self->transfers, transfer);
}

static void
thru_live_studio_stop (ThruStudio *studio)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);

  if (self->engine == NULL)
    return;

  _thru_live_studio_unwatch_computer (self);
  g_signal_handlers_disconnect_by_data (self->midi, self);
  g_signal_handlers_disconnect_by_data (self->discovery, self);
  thru_discovery_stop (self->discovery);
  thru_store_save_due (self->store);

  g_clear_pointer (&self->planner, thru_route_planner_free);
  g_clear_pointer (&self->announcer, thru_announcer_free);
  g_clear_pointer (&self->requests, thru_requests_free);
  g_clear_pointer (&self->transfers, thru_transfers_free);
  g_clear_pointer (&self->patcher, thru_patcher_free);
  thru_engine_stop (self->engine);
  thru_midi_system_stop (self->midi);
  g_clear_pointer (&self->links, thru_room_links_free);
  self->state = NULL;
  g_queue_clear_full (&self->answers, (GDestroyNotify) thru_device_change_free);
  g_clear_pointer (&self->store, thru_store_free);
  g_clear_pointer (&self->removed, g_hash_table_unref);
  g_clear_object (&self->engine);
  g_clear_object (&self->midi);
  g_clear_object (&self->discovery);
}

static gboolean
thru_live_studio_is_asking (ThruStudio *studio,
                            const char *from_room,
                            const char *from_device,
                            const char *to_room,
                            const char *to_device)
{
  ThruLiveStudio *self = THRU_LIVE_STUDIO (studio);
  ThruRouteKey key = { from_room, from_device, to_room, to_device };

  return self->requests != NULL && thru_requests_is_asking (self->requests, &key);
}

static void
thru_live_studio_dispose (GObject *object)
{
  thru_live_studio_stop (THRU_STUDIO (object));

  G_OBJECT_CLASS (thru_live_studio_parent_class)->dispose (object);
}

static void
thru_live_studio_class_init (ThruLiveStudioClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  ThruStudioClass *studio_class = THRU_STUDIO_CLASS (klass);

  object_class->dispose = thru_live_studio_dispose;
  studio_class->connect_route = _thru_live_studio_connect_route;
  studio_class->disconnect_route = _thru_live_studio_disconnect_route;
  studio_class->mute_route = _thru_live_studio_mute_route;
  studio_class->add_room = thru_live_studio_add_room;
  studio_class->remove_room = _thru_live_studio_remove_room;
  studio_class->restore_room = _thru_live_studio_restore_room;
  studio_class->set_room_name = thru_live_studio_set_room_name;
  studio_class->set_late_limit = thru_live_studio_set_late_limit;
  studio_class->renew_identity = _thru_live_studio_renew_identity;
  studio_class->panic = thru_live_studio_panic;
  studio_class->cancel_transfer = thru_live_studio_cancel_transfer;
  studio_class->set_watched = thru_live_studio_set_watched;
  studio_class->stop = thru_live_studio_stop;
  studio_class->is_asking = thru_live_studio_is_asking;
  studio_class->answer = _thru_live_studio_answer;
  studio_class->use_device = _thru_live_studio_use_device;
  studio_class->take_back_answer = _thru_live_studio_take_back_answer;
}

static void
thru_live_studio_init (ThruLiveStudio *self)
{
  g_queue_init (&self->answers);
}

static void
tell_back (ThruLiveStudio *self,
           ThruPeer       *peer)
{
  gint64 seconds = (g_get_monotonic_time () - peer->gone_at) / G_USEC_PER_SEC;

  if (peer->gone_at == 0 || seconds < WORTH_TELLING_SECONDS)
    return;
  if (seconds < 120)
    _thru_studio_tell (THRU_STUDIO (self), _("%s is back (gone %d s)"), thru_room_get_name (peer->room), (int) seconds);
  else
    _thru_studio_tell (THRU_STUDIO (self), _("%s is back (gone %d min)"), thru_room_get_name (peer->room), (int) (seconds / 60));
}

static void
linked_cb (ThruPeer *peer,
           gpointer  user)
{
  ThruLiveStudio *self = user;

  if (peer->plain)
    {
      _thru_device_set_online (_thru_room_find_device (peer->room, "MIDI", TRUE), TRUE, NULL);
      _thru_device_set_online (_thru_room_find_device (peer->room, "MIDI", FALSE), TRUE, NULL);
    }
  tell_back (self, peer);
  peer->gone_at = 0;
  _thru_live_studio_share_patience (self);
  thru_announcer_greet (self->announcer, peer);
  thru_announcer_update (self->announcer);
  thru_route_planner_plan_soon (self->planner);
}

static void
unlinked_cb (ThruPeer *peer,
             gpointer  user)
{
  ThruLiveStudio *self = user;

  _thru_live_studio_share_patience (self);
  thru_requests_drop (self->requests, peer);
  thru_remote_model_set_away (THRU_STUDIO (self), peer);
  if (self->transfers != NULL)
    thru_transfers_forget (self->transfers, peer);
  thru_announcer_update (self->announcer);
  thru_route_planner_plan_now (self->planner);
}

static void
message_cb (ThruPeer                 *peer,
            const ThruSessionMessage *message,
            gpointer                  user)
{
  ThruLiveStudio *self = user;
  ThruStudio *studio = THRU_STUDIO (self);

  switch (message->type)
    {
    case THRU_SESSION_DEVICES:
      if (!thru_remote_model_take_devices (studio, peer, message))
        break;
      thru_store_save_soon (self->store);
      thru_route_planner_plan_soon (self->planner);
      break;

    case THRU_SESSION_ROUTES:
      if (!thru_remote_model_take_routes (studio, peer, message))
        break;
      thru_requests_reapply (self->requests, peer);
      thru_route_planner_plan_soon (self->planner);
      break;

    case THRU_SESSION_REQUEST:
      _thru_live_studio_answer_request (self, peer, message);
      break;

    case THRU_SESSION_ANSWER:
      thru_requests_take_answer (self->requests, peer, message);
      break;

    case THRU_SESSION_ACTIVITY:
      thru_remote_model_take_activity (studio, peer, message);
      break;

    case THRU_SESSION_SYSEX:
      thru_transfers_take (self->transfers, peer, message);
      break;

    case THRU_SESSION_HELLO:
    case THRU_SESSION_PING:
    case THRU_SESSION_PONG:
    case THRU_SESSION_BYE:
    default:
      break;
    }
}

static void
save_soon_cb (gpointer user)
{
  ThruLiveStudio *self = user;

  if (!self->restoring)
    thru_store_save_soon (self->store);
}

static void
plan_soon_cb (gpointer user)
{
  thru_route_planner_plan_soon (THRU_LIVE_STUDIO (user)->planner);
}

static void
twins_cb (const ThruTwins *twins,
          gpointer         user)
{
  g_autoptr(ThruProblem) problem = NULL;

  if (twins->name != NULL)
    problem = _thru_problems_identity (twins->name, twins->first, twins->second);
  _thru_studio_set_problem (THRU_STUDIO (user), THRU_PROBLEM_IDENTITY, problem);
}

static void
route_states_changed_cb (gpointer user)
{
  thru_announcer_routes_soon (THRU_LIVE_STUDIO (user)->announcer);
}

static void
destination_opened_cb (gpointer user)
{
  thru_announcer_devices_soon (THRU_LIVE_STUDIO (user)->announcer);
}

static void
engine_event_cb (ThruEngineEvent *event,
                 gpointer         user)
{
  ThruLiveStudio *self = user;
  g_autoptr(ThruProblem) problem = NULL;

  switch (event->type)
    {
    case THRU_ENGINE_LISTENING:
      _thru_studio_set_port (THRU_STUDIO (self), event->port);
      /* A port can be had in the sandbox without a network, too. */
      if (self->denied & THRU_SANDBOX_NETWORK)
        problem = _thru_problems_denied (THRU_PROBLEM_LISTEN, THRU_SANDBOX_NETWORK);
      _thru_studio_set_problem (THRU_STUDIO (self), THRU_PROBLEM_LISTEN, problem);
      self->listening = event->port;
      publish (self);
      break;

    case THRU_ENGINE_LISTEN_FAILED:
      problem = _thru_problems_listen (self->port, event->port_in_use, event->text);
      _thru_studio_set_problem (THRU_STUDIO (self), THRU_PROBLEM_LISTEN, problem);
      self->listening = 0;
      publish (self);
      break;

    case THRU_ENGINE_SYSEX:
      if (self->transfers != NULL)
        thru_transfers_handle (self->transfers, &event->sysex);
      break;

    case THRU_ENGINE_ASLEEP:
      thru_sleep_watch_ready (self->sleep_watch);
      break;

    case THRU_ENGINE_LOOP:
      _thru_live_studio_take_loop (self, event->meter);
      break;

    case THRU_ENGINE_DIALING:
    case THRU_ENGINE_DIAL_FAILED:
    case THRU_ENGINE_LINK_ASKS:
    case THRU_ENGINE_LINK_MESSAGE:
    case THRU_ENGINE_LINK_TIMING:
    case THRU_ENGINE_LINK_CLOSED:
    default:
      thru_room_links_handle (self->links, event);
      break;
    }
}

static void
discovery_state_cb (ThruLiveStudio *self)
{
  ThruDiscoveryState state = thru_discovery_get_state (self->discovery);
  const char *text = thru_discovery_get_problem (self->discovery);
  const char *command = state == THRU_DISCOVERY_NO_DAEMON ? START_AVAHI : NULL;
  g_autoptr(ThruProblem) problem = NULL;

  if (text != NULL && self->denied & THRU_SANDBOX_AVAHI)
    problem = _thru_problems_denied (THRU_PROBLEM_DISCOVERY, THRU_SANDBOX_AVAHI);
  else if (text != NULL)
    problem = _thru_problems_discovery (text, command);

  _thru_studio_set_searching (THRU_STUDIO (self), state == THRU_DISCOVERY_WORKING);
  if (state != THRU_DISCOVERY_STARTING)
    _thru_studio_set_problem (THRU_STUDIO (self), THRU_PROBLEM_DISCOVERY, problem);
}

static void
own_devices_changed_cb (ThruLiveStudio *self)
{
  thru_announcer_devices_soon (self->announcer);
}

static void
collect_cb (ThruSavedState *state,
            gpointer        user)
{
  ThruLiveStudio *self = user;

  if (self->links != NULL)
    thru_studio_memory_collect (state, self->links);
}

static void
store_problem_cb (gpointer user)
{
  ThruLiveStudio *self = user;

  if (self->store != NULL)
    _thru_studio_set_problem (THRU_STUDIO (self), THRU_PROBLEM_STORE, thru_store_get_problem (self->store));
}

static void
make_own_room (ThruLiveStudio *self,
               const char     *name)
{
  g_autoptr(ThruRoom) room = NULL;
  g_autofree char *clean = name != NULL ? _thru_strings_clean (name, NAME_MAX_OCTETS) : NULL;

  if (clean != NULL && clean[0] != '\0' && _thru_strings_set (&self->state->room_name, clean))
    thru_store_save_soon (self->store);
  g_free (clean);
  clean = _thru_strings_clean (self->state->room_name != NULL ? self->state->room_name : g_get_host_name (), NAME_MAX_OCTETS);

  room = _thru_room_new (self->state->room_id, clean);
  _thru_room_set_own (room);
  _thru_studio_add_room (THRU_STUDIO (self), room);
  _thru_studio_set_needs_name (THRU_STUDIO (self), self->state->room_name == NULL);
  g_signal_connect_object (room, "devices-changed", G_CALLBACK (own_devices_changed_cb), self, G_CONNECT_SWAPPED);
}

/* Returns: (transfer full): where the engine can write at any time without a wait for a disk, which may be full, too. */
static char *
get_sounding_path (const char *config_dir)
{
  g_autofree char *absolute = g_canonicalize_filename (config_dir, NULL);
  g_autofree char *name = g_strdup_printf ("sounding-%08x", g_str_hash (absolute));

  return thru_runtime_folder_build (name);
}

/* Without it the program plays as well; only after a kill it does not know what hangs. */
static void
note_what_sounds (ThruLiveStudio *self,
                  const char     *config_dir)
{
  g_autofree char *path = get_sounding_path (config_dir);
  g_autoptr(GError) error = NULL;
  g_autoptr(ThruSoundingFile) sounding = thru_sounding_file_open (path, &error);

  if (sounding != NULL)
    thru_patcher_set_sounding (self->patcher, sounding);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    thru_store_set_shared (self->store);
  else
    g_message ("%s", error->message);
}

static void
build (ThruLiveStudio              *self,
       const ThruLiveStudioOptions *options)
{
  static const ThruRoomLinksListener listener = { linked_cb, unlinked_cb, message_cb, save_soon_cb, twins_cb };
  ThruStudio *studio = THRU_STUDIO (self);

  self->denied = thru_sandbox_get_denied (THRU_SANDBOX_INFO);
  self->store = thru_store_new (options->config_dir, collect_cb, store_problem_cb, self);
  self->state = thru_store_get_state (self->store);
  self->port = options->port != 0 ? options->port : self->state->port != 0 ? self->state->port : PORT;
  _thru_studio_set_port (studio, self->port);
  make_own_room (self, options->room_name);

  self->midi = thru_midi_system_new (options->midi_api);
  self->discovery = thru_discovery_new ();
  self->engine = thru_engine_new (engine_event_cb, self);
  thru_engine_set_late_limit (self->engine, (guint64) self->state->late_limit_ms * 1000);
  thru_midi_system_set_late_limit (self->midi, (guint64) self->state->late_limit_ms * 1000);
  _thru_studio_set_late_limit (studio, self->state->late_limit_ms);
  self->patcher = thru_patcher_new (self->engine, self->midi, plan_soon_cb, self);
  note_what_sounds (self, options->config_dir);
  self->links = thru_room_links_new (self->engine, self->discovery, studio, &listener, self);
  self->requests = thru_requests_new (self->engine, studio);
  self->transfers = thru_transfers_new (studio, self->engine, self->patcher, self->links);
  self->announcer = thru_announcer_new (self->engine, studio, self->links, self->state->routes);
  self->planner = thru_route_planner_new (studio, self->links, self->patcher, self->state->routes,
                                          route_states_changed_cb, destination_opened_cb, self);
}

ThruStudio *
thru_live_studio_new (const ThruLiveStudioOptions *options)
{
  ThruLiveStudio *self;
  const char *name;

  g_return_val_if_fail (options != NULL && options->config_dir != NULL, NULL);

  self = g_object_new (THRU_TYPE_LIVE_STUDIO, NULL);
  build (self, options);
  name = thru_room_get_name (thru_studio_get_own_room (THRU_STUDIO (self)));
  thru_engine_set_hello (self->engine, self->state->room_id, name);
  self->restoring = TRUE;
  thru_studio_memory_restore (self->state, THRU_STUDIO (self), self->links);
  self->restoring = FALSE;
  thru_own_devices_update (THRU_STUDIO (self), self->midi, self->state);
  thru_announcer_routes_soon (self->announcer);
  thru_route_planner_plan_now (self->planner);

  g_signal_connect_swapped (self->midi, "changed", G_CALLBACK (_thru_live_studio_midi_changed), self);
  thru_midi_system_start (self->midi);
  g_signal_connect_swapped (self->discovery, "state-changed", G_CALLBACK (discovery_state_cb), self);
  thru_discovery_start (self->discovery, self->state->room_id, name, 0);
  _thru_live_studio_watch_computer (self);
  thru_engine_listen (self->engine, self->port);

  /* At once, for the room's identity is new on a first start: after a crash it must not be another room. */
  store_problem_cb (self);
  thru_store_save_due (self->store);
  return THRU_STUDIO (self);
}
