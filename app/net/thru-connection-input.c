/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-config.h"

#include "thru-connection-private.h"
#include "thru-limits.h"
#include "thru-midi-parser.h"
#include "thru-net-text.h"
#include "thru-socket.h"

#include <glib/gi18n.h>

#define HEARD_MS 600 /* heartbeats are acknowledged this soon, even by one that answers nothing */
#define SYSEX_MAX_UNSAID (64 * 1024) /* what everybody takes: PROTOCOL.md, "MIDI over frames" */

/* @for_them: what the bye says; @for_us: a format with their name for %s. Both translated. */
static void
refuse (ThruConnection *self,
        const char     *for_them,
        const char     *for_us)
{
  g_autoptr(GString) text = g_string_new (for_us);

  g_string_replace (text, "%s", _thru_connection_who (self), 1);
  _thru_connection_finish (self, "error", for_them, g_string_free (g_steal_pointer (&text), FALSE), NULL);
}

static void
take_hello (ThruConnection     *self,
            ThruSessionMessage *hello)
{
  gboolean first = self->probation.asked_us == 0;

  g_free (self->name);
  self->name = g_strdup (hello->room_name);
  self->sysex_max = hello->sysex_max > 0 ? MIN (hello->sysex_max, THRU_MIDI_SYSEX_MAX) : SYSEX_MAX_UNSAID;
  thru_link_set_peer_heartbeat (self->link, (guint64)hello->heartbeat_ms * 1000);

  if (!first)
    return;

  self->probation.asked_us = self->probation.last_input_us;
  self->funcs->asks (self, hello, self->user);
}

/* Their lists may come before we accept them, when they were faster to accept us. */
static void
hand_on (ThruConnection     *self,
         ThruSessionMessage *message,
         gsize               length)
{
  if (self->probation.accepted_us != 0)
    {
      self->funcs->message (self, message, self->user);
      return;
    }

  g_queue_push_tail (&self->held, message);
  self->held_octets += length;
  if (self->held_octets > THRU_LIMIT_UNDECIDED_SESSION)
    refuse (self, _("Too much was sent before the connection was accepted."),
            _("%s sent too much before it was accepted."));
}

static void
take_message (ThruConnection     *self,
              ThruSessionMessage *message,
              gsize               length)
{
  g_autoptr(ThruSessionMessage) owned = message;
  gboolean first_hello = message->type == THRU_SESSION_HELLO && self->probation.asked_us == 0;

  if (self->probation.asked_us == 0 && message->type != THRU_SESSION_HELLO && message->type != THRU_SESSION_BYE)
    {
      refuse (self, _("The first message must be hello."), _("%s did not say hello."));
      return;
    }

  switch (message->type)
    {
    case THRU_SESSION_PING:
      _thru_connection_answer_ping (self, message);
      break;

    case THRU_SESSION_PONG:
      _thru_connection_take_pong (self, message);
      break;

    case THRU_SESSION_BYE:
      _thru_connection_finish (self, NULL, NULL,
                               thru_net_text_bye (message->code, message->reason, _thru_connection_who (self)),
                               message->code);
      break;

    case THRU_SESSION_HELLO:
      take_hello (self, message);
      if (!first_hello && !self->closing)
        hand_on (self, g_steal_pointer (&owned), length);
      break;

    case THRU_SESSION_DEVICES:
    case THRU_SESSION_ROUTES:
    case THRU_SESSION_REQUEST:
    case THRU_SESSION_ANSWER:
    case THRU_SESSION_ACTIVITY:
    default:
      hand_on (self, g_steal_pointer (&owned), length);
      break;
    }
}

static void
take_session (ThruConnection      *self,
              const ThruLinkEvent *event)
{
  g_autoptr(GError) error = NULL;
  ThruSessionMessage *message;

  if (thru_token_bucket_take (&self->session_rate, self->probation.last_input_us) != THRU_TOKEN_BUCKET_FINE)
    {
      refuse (self, _("Too many messages in too short a time."), _("%s sent too many messages in too short a time."));
      return;
    }

  message = thru_session_message_decode ((const char *)event->bytes, event->length, &error);
  if (message != NULL)
    take_message (self, message, event->length);
  else if (g_error_matches (error, THRU_SESSION_ERROR, THRU_SESSION_ERROR_MALFORMED))
    refuse (self, error->message, _("%s sent a message that makes no sense."));
}

static void
take_midi (ThruConnection      *self,
           const ThruLinkEvent *event)
{
  if (self->probation.accepted_us != 0)
    {
      self->midi_age_us = event->age_us;
      self->funcs->midi (self, event->address, event->bytes, event->length, self->user);
      return;
    }

  self->undecided_midi += event->length;
  if (self->undecided_midi > THRU_LIMIT_UNDECIDED_MIDI)
    refuse (self, _("Too much was sent before the connection was accepted."),
            _("%s sent too much before it was accepted."));
}

static void
take_opened (ThruConnection *self)
{
  self->plain = thru_link_get_state (self->link) == THRU_LINK_PLAIN;
  self->framed = !self->plain;
  self->funcs->opened (self, self->user);

  if (self->plain && !self->closing)
    {
      self->probation.asked_us = self->probation.last_input_us;
      self->funcs->asks (self, NULL, self->user);
    }
}

static void
take_closed (ThruConnection *self,
             ThruLinkReason  reason)
{
  gboolean tell = reason == THRU_LINK_REASON_TOO_LONG || reason == THRU_LINK_REASON_MALFORMED;
  gboolean frozen = reason == THRU_LINK_REASON_SILENT && thru_socket_is_heard (self->socket, HEARD_MS);
  const char *who = _thru_connection_who (self);

  self->cut = reason == THRU_LINK_REASON_SILENT;
  g_debug ("[Connection] %s: link closed: %s", self->address, thru_link_reason_to_string (reason));
  _thru_connection_finish (self, tell ? "error" : NULL, tell ? thru_link_reason_to_string (reason) : NULL,
                           frozen ? thru_net_text_frozen (who) : thru_net_text_closed (reason, who), NULL);
}

static void
take_events (ThruConnection *self)
{
  ThruLinkEvent event;

  while (!self->closing && thru_link_next_event (self->link, &event))
    {
      switch (event.type)
        {
        case THRU_LINK_EVENT_OPEN:
          take_opened (self);
          break;

        case THRU_LINK_EVENT_SESSION:
          take_session (self, &event);
          break;

        case THRU_LINK_EVENT_MIDI:
          take_midi (self, &event);
          break;

        case THRU_LINK_EVENT_CLOSED:
          take_closed (self, event.reason);
          break;

        case THRU_LINK_EVENT_NONE:
        default:
          break;
        }
    }
}

static void
pay (ThruConnection *self,
     gsize           length,
     gint64          now_us)
{
  self->read_paid_us = MAX (self->read_paid_us, now_us - G_USEC_PER_SEC) +
                       (gint64)length * G_USEC_PER_SEC / THRU_LIMIT_OCTETS_PER_SECOND;
  if (self->read_paid_us > now_us && !self->closing)
    _thru_connection_rest (self, self->read_paid_us);
}

/* Reads until there is no more, or as much as is fair to the others. */
static void
read_in_engine (ThruConnection *self,
                gint64          now_us)
{
  gsize total = 0;

  while (!self->closing && total < THRU_LIMIT_READ)
    {
      g_autoptr(GError) error = NULL;
      gsize room;
      guint8 *buffer = thru_link_input_buffer (self->link, &room);
      gssize n = room > 0 ? g_socket_receive (self->socket, (char *)buffer, room, NULL, &error) : 0;

      if (n > 0)
        {
          self->probation.last_input_us = now_us;
          thru_link_input_received (self->link, (gsize)n, (guint64)now_us);
          take_events (self);
          total += (gsize)n;

          /* Less than there was room for: that was all. Saves a call for each message. */
          if ((gsize)n < room)
            break;
        }
      else
        {
          if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
            _thru_connection_lose (self, error);
          break;
        }
    }

  pay (self, total, now_us);
  if (self->plain && !self->closing)
    thru_socket_quick_ack (self->socket);
}

static void
check_undecided (ThruConnection *self,
                 gint64          now_us)
{
  switch (thru_probation_judge (&self->probation, now_us))
    {
    case THRU_PROBATION_NO_HELLO:
      refuse (self, _("No hello came in time."), _("%s connected, but did not say hello."));
      break;

    case THRU_PROBATION_SILENT:
      refuse (self, _("The connection was silent."), _("%s fell silent before it was accepted."));
      break;

    case THRU_PROBATION_UNANSWERED:
      refuse (self, _("Nobody accepted the connection."), _("%s was not accepted in time."));
      break;

    case THRU_PROBATION_FINE:
    default:
      break;
    }
}

void
_thru_connection_wake (ThruConnection *self,
                       GIOCondition    condition)
{
  gint64 now_us = g_get_monotonic_time ();
  gsize waiting;

  if (self->closed)
    {
      _thru_connection_linger (self);
      return;
    }

  if (self->rests_until_us != 0 && now_us >= self->rests_until_us)
    _thru_connection_rest (self, 0);

  if ((condition & (G_IO_IN | G_IO_HUP | G_IO_ERR)) != 0)
    read_in_engine (self, now_us);

  if (!self->closing)
    check_undecided (self, now_us);

  if (!self->closing)
    {
      _thru_connection_keep_time (self, condition != 0, now_us);
      thru_link_tick (self->link, (guint64)now_us);
      take_events (self);
    }

  if (!self->closing && (thru_link_output (self->link, &waiting), waiting > 0 || (condition & G_IO_OUT) != 0))
    _thru_connection_pending (self);

  self->funcs->woke (self, self->user);
  thru_heartbeat_due_by (self->heartbeat, _thru_connection_get_deadline (self));
}

void
thru_connection_accept (ThruConnection *self)
{
  ThruSessionMessage *message;

  g_return_if_fail (self != NULL);

  if (self->closing || self->probation.accepted_us != 0 || self->probation.asked_us == 0)
    return;

  self->probation.accepted_us = g_get_monotonic_time ();
  self->held_octets = 0;
  while (!self->closing && (message = g_queue_pop_head (&self->held)) != NULL)
    self->funcs->message (self, message, self->user);

  /* At once: until their clock is known, nobody can tell how late a note is. */
  _thru_connection_ping_first (self);
}
