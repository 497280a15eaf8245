/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-config.h"

#include "thru-engine-core-private.h"
#include "thru-limits.h"

#include <glib/gi18n.h>

void
_thru_engine_core_push_in_engine (ThruEngineCore  *self,
                                  ThruEngineEvent *event)
{
  thru_event_queue_push (self->events, event);
}

static ThruEngineEvent *
link_event_in_engine (ThruEngineEventType type,
                      ThruConnection     *connection)
{
  ThruEngineEvent *event = thru_engine_event_new (type);

  event->link = thru_connection_get_id (connection);
  event->dial = thru_connection_get_dial (connection);
  return event;
}

static void
link_opened_in_engine (ThruConnection *connection,
                       gpointer        user)
{
  ThruEngineCore *self = user;

  if (self->hello != NULL)
    thru_connection_send (connection, self->hello);
}

static void
link_asks_in_engine (ThruConnection     *connection,
                     ThruSessionMessage *hello,
                     gpointer            user)
{
  ThruEngineEvent *event = link_event_in_engine (THRU_ENGINE_LINK_ASKS, connection);

  event->address = g_strdup (thru_connection_get_address (connection));
  event->plain = hello == NULL;
  if (hello != NULL)
    {
      event->message = thru_session_message_new (THRU_SESSION_HELLO);
      event->message->room_id = g_strdup (hello->room_id);
      event->message->room_name = g_strdup (hello->room_name);
      event->message->program = g_strdup (hello->program);
      event->message->run = g_strdup (hello->run);
      event->message->heartbeat_ms = hello->heartbeat_ms;
    }
  _thru_engine_core_push_in_engine (user, event);
}

static void
link_message_in_engine (ThruConnection     *connection,
                        ThruSessionMessage *message,
                        gpointer            user)
{
  ThruEngineCore *self = user;
  ThruEngineEvent *event = link_event_in_engine (THRU_ENGINE_LINK_MESSAGE, connection);

  event->message = message;
  if (!thru_event_queue_push (self->events, event))
    thru_connection_close (connection, "error", _("This computer can not keep up."),
                           _("This computer is too busy to follow what other rooms send."));
}

static void
link_midi_in_engine (ThruConnection *connection,
                     guint32         address,
                     const guint8   *bytes,
                     gsize           length,
                     gpointer        user)
{
  ThruEngineCore *self = user;
  g_autofree char *text = NULL;

  if (thru_patchbay_link_midi (self->patchbay, connection, address, bytes, length, g_get_monotonic_time ()))
    return;

  text = g_strdup_printf (_("%s sent more than %d MIDI messages a second. Is there a loop?"),
                          thru_connection_get_address (connection), THRU_LIMIT_FLOOD_PER_SECOND);
  thru_connection_close (connection, "error", text, text);
}

static void
link_timing_in_engine (ThruConnection *connection,
                       guint64         round_trip_us,
                       gpointer        user)
{
  ThruEngineEvent *event = link_event_in_engine (THRU_ENGINE_LINK_TIMING, connection);

  event->round_trip_us = round_trip_us;
  _thru_engine_core_push_in_engine (user, event);
}

static void
link_pending_in_engine (ThruConnection *connection,
                        gpointer        user)
{
  ThruEngineCore *self = user;

  g_ptr_array_add (self->pending, thru_connection_ref (connection));
}

static void
link_woke_in_engine (ThruConnection *connection,
                     gpointer        user)
{
  thru_engine_core_settle_in_engine (user);
}

gboolean
_thru_engine_core_has_lasted_in_engine (ThruConnection *connection)
{
  gint64 accepted_us = thru_connection_get_accepted_us (connection);

  return accepted_us != 0 && g_get_monotonic_time () - accepted_us >= THRU_LIMIT_LASTING_US;
}

static ThruDialerPace
choose_pace (ThruConnection *connection,
             const char     *code)
{
  if (g_strcmp0 (code, "refused") == 0 || g_strcmp0 (code, "twin") == 0)
    return THRU_DIALER_SLOWLY;

  return _thru_engine_core_has_lasted_in_engine (connection) ? THRU_DIALER_FRESH : THRU_DIALER_SOON;
}

/* Two rooms that call each other often have a link too many, and then the other one lasts. */
static void
remember_in_engine (ThruEngineCore *self,
                    ThruConnection *connection,
                    const char     *code)
{
  GInetAddress *remote = thru_connection_get_remote (connection);
  gint64 now_us = g_get_monotonic_time ();

  if (_thru_engine_core_has_lasted_in_engine (connection))
    thru_throttle_lasted (self->throttle, remote, now_us);
  else if (thru_connection_get_dial (connection) == 0 &&
           (thru_connection_is_accepted (connection) || g_strcmp0 (code, "duplicate") != 0))
    thru_throttle_failed (self->throttle, remote, now_us);
}

static void
dial_link_ended_in_engine (ThruEngineCore *self,
                           ThruConnection *connection,
                           const char     *text,
                           const char     *code)
{
  ThruDialId dial = thru_connection_get_dial (connection);
  ThruDialer *dialer = g_hash_table_lookup (self->dialers, GUINT_TO_POINTER (dial));
  ThruEngineEvent *event;

  if (dialer == NULL || self->loop != NULL)
    return;

  if (self->asleep || g_strcmp0 (code, "duplicate") == 0)
    thru_dialer_rest (dialer);
  else
    thru_dialer_retry (dialer, choose_pace (connection, code));

  if (thru_connection_has_asked (connection))
    return;

  event = thru_engine_event_new (THRU_ENGINE_DIAL_FAILED);
  event->dial = dial;
  event->text = g_strdup (text);
  _thru_engine_core_push_in_engine (self, event);
}

static void
link_closed_in_engine (ThruConnection *connection,
                       const char     *text,
                       const char     *code,
                       gpointer        user)
{
  ThruEngineCore *self = user;
  const char *any_code = code != NULL ? code : self->our_code;
  gpointer key = GUINT_TO_POINTER (thru_connection_get_id (connection));

  thru_patchbay_remove_link (self->patchbay, connection);

  remember_in_engine (self, connection, any_code);
  if (thru_connection_get_dial (connection) != 0)
    dial_link_ended_in_engine (self, connection, text, any_code);

  if (thru_connection_has_asked (connection))
    {
      ThruEngineEvent *event = link_event_in_engine (THRU_ENGINE_LINK_CLOSED, connection);

      event->text = g_strdup (text);
      event->code = g_strdup (code);
      event->cut = thru_connection_was_cut (connection);
      _thru_engine_core_push_in_engine (self, event);
    }

  g_ptr_array_add (self->leaving, thru_connection_ref (connection));
  g_hash_table_remove (self->links, key);
}

static void
link_gone_in_engine (ThruConnection *connection,
                     gpointer        user)
{
  ThruEngineCore *self = user;

  g_ptr_array_remove_fast (self->leaving, connection);
}

static const ThruConnectionFuncs link_funcs = {
  .opened = link_opened_in_engine,
  .asks = link_asks_in_engine,
  .message = link_message_in_engine,
  .midi = link_midi_in_engine,
  .timing = link_timing_in_engine,
  .pending = link_pending_in_engine,
  .woke = link_woke_in_engine,
  .closed = link_closed_in_engine,
  .gone = link_gone_in_engine,
};

gboolean
_thru_engine_core_add_link_in_engine (ThruEngineCore *self,
                                      ThruDialId      dial,
                                      GSocket        *socket,
                                      gpointer        owner)
{
  ThruLinkId id = ++self->last_link;
  ThruConnection *connection = thru_connection_new (id, dial, socket, owner, self->heartbeat, &link_funcs, self);

  if (connection == NULL)
    return FALSE;

  g_hash_table_insert (self->links, GUINT_TO_POINTER (id), connection);
  return TRUE;
}
