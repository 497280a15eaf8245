/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-config.h"

#include "thru-connection-private.h"
#include "thru-address.h"
#include "thru-dmidi-frame.h"
#include "thru-limits.h"
#include "thru-net-text.h"
#include "thru-socket.h"

#include <glib-unix.h>

#define PROBED_MS 2500 /* a computer without room is asked again within this, until it is given up */
#define MUCH_WAITING (16 * 1024) /* octets for the socket, above which session messages wait behind */

typedef struct
{
  GSource         source;
  ThruConnection *connection; /* borrowed: it destroys the source before it goes */
} Source;

static gboolean
dispatch (GSource    *source,
          GSourceFunc callback,
          gpointer    user)
{
  g_autoptr(ThruConnection) self = thru_connection_ref (((Source *)source)->connection);

  _thru_connection_wake (self, g_source_query_unix_fd (source, self->fd_tag));
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

static void
attach_source (ThruConnection *self)
{
  self->source = g_source_new (&source_funcs, sizeof (Source));
  ((Source *)self->source)->connection = self;
  self->fd_tag = g_source_add_unix_fd (self->source, g_socket_get_fd (self->socket), G_IO_IN);
  g_source_set_static_name (self->source, "[thruwall] connection");

  /* It never runs a loop of its own; without this GLib takes the descriptor out and in again around every dispatch, which wakes
   * the context each time. */
  g_source_set_can_recurse (self->source, TRUE);
  g_source_attach (self->source, self->context);
}

ThruConnection *
thru_connection_new (guint32                    id,
                     guint32                    dial,
                     GSocket                   *socket,
                     gpointer                   owner,
                     ThruHeartbeat             *heartbeat,
                     const ThruConnectionFuncs *funcs,
                     gpointer                   user)
{
  g_autoptr(GSocketAddress) remote = NULL;
  ThruConnection *self;
  gint64 now_us = g_get_monotonic_time ();

  g_return_val_if_fail (G_IS_SOCKET (socket), NULL);
  g_return_val_if_fail (heartbeat != NULL, NULL);
  g_return_val_if_fail (funcs != NULL, NULL);

  remote = g_socket_get_remote_address (socket, NULL);
  if (!G_IS_INET_SOCKET_ADDRESS (remote))
    return NULL;

  thru_socket_prepare (socket);

  self = g_rc_box_new0 (ThruConnection);
  self->id = id;
  self->dial = dial;
  self->funcs = funcs;
  self->user = user;
  self->context = g_main_context_ref_thread_default ();
  self->socket = g_object_ref (socket);
  self->owner = owner != NULL ? g_object_ref (owner) : NULL;
  self->link = thru_link_new (dial != 0 ? THRU_LINK_DIALED : THRU_LINK_ACCEPTED, (guint64)now_us);
  self->address = thru_address_format (remote);
  self->remote = thru_address_unmap (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));
  self->probation.opened_us = self->probation.last_input_us = self->last_output_us = self->last_ping_us = now_us;
  self->who = dial != 0 ? g_strdup (self->address) : g_inet_address_to_string (self->remote);
  g_queue_init (&self->held);
  g_queue_init (&self->session_queue);
  thru_token_bucket_init (&self->session_rate, THRU_LIMIT_SESSION_PER_SECOND, THRU_LIMIT_SESSION_BURST, 0, 0, now_us);

  self->heartbeat = heartbeat;
  attach_source (self);
  thru_heartbeat_add (heartbeat, self);
  thru_heartbeat_due_by (heartbeat, _thru_connection_get_deadline (self));
  _thru_connection_pending (self);
  return self;
}

ThruConnection *
thru_connection_ref (ThruConnection *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return g_rc_box_acquire (self);
}

static void
destroy_source (ThruConnection *self)
{
  if (self->source == NULL)
    return;

  thru_heartbeat_remove (self->heartbeat, self);
  g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

static void
clear (gpointer data)
{
  ThruConnection *self = data;

  destroy_source (self);
  g_socket_close (self->socket, NULL);
  g_clear_object (&self->owner);
  g_object_unref (self->socket);
  g_object_unref (self->remote);
  thru_link_free (self->link);
  g_queue_clear_full (&self->held, (GDestroyNotify)thru_session_message_free);
  g_queue_clear_full (&self->session_queue, (GDestroyNotify)g_bytes_unref);
  g_clear_pointer (&self->farewell, g_byte_array_unref);
  g_main_context_unref (self->context);
  g_free (self->address);
  g_free (self->who);
  g_free (self->name);
}

void
thru_connection_unref (ThruConnection *self)
{
  g_return_if_fail (self != NULL);

  g_rc_box_release_full (self, clear);
}

guint32
thru_connection_get_id (ThruConnection *self)
{
  return self->id;
}

guint32
thru_connection_get_dial (ThruConnection *self)
{
  return self->dial;
}

const char *
thru_connection_get_address (ThruConnection *self)
{
  return self->address;
}

GInetAddress *
thru_connection_get_remote (ThruConnection *self)
{
  return self->remote;
}

gboolean
thru_connection_is_plain (ThruConnection *self)
{
  return self->plain;
}

gboolean
thru_connection_is_accepted (ThruConnection *self)
{
  return self->probation.accepted_us != 0;
}

gboolean
thru_connection_has_asked (ThruConnection *self)
{
  return self->probation.asked_us != 0;
}

gsize
thru_connection_get_sysex_max (ThruConnection *self)
{
  return self->sysex_max;
}

gint64
thru_connection_get_accepted_us (ThruConnection *self)
{
  return self->probation.accepted_us;
}

gboolean
thru_connection_was_cut (ThruConnection *self)
{
  return self->cut;
}

const char *
_thru_connection_who (ThruConnection *self)
{
  return self->name != NULL ? self->name : self->who;
}

void
_thru_connection_pending (ThruConnection *self)
{
  if (self->closed || self->pending)
    return;

  self->pending = TRUE;
  self->funcs->pending (self, self->user);
}

static void
watch (ThruConnection *self)
{
  g_source_modify_unix_fd (self->source, self->fd_tag,
                           (self->rests_until_us == 0 ? G_IO_IN : 0) | (self->blocked ? G_IO_OUT : 0));
}

void
_thru_connection_rest (ThruConnection *self,
                       gint64          until_us)
{
  if (self->rests_until_us == until_us || self->source == NULL)
    return;

  self->rests_until_us = until_us;
  g_source_set_ready_time (self->source, until_us != 0 ? until_us : -1);
  watch (self);
}

static void
watch_writable (ThruConnection *self,
                gboolean        writable)
{
  if (self->blocked == writable || self->source == NULL)
    return;

  self->blocked = writable;
  watch (self);
}

/* FALSE when there is nothing more to be had from this socket. */
static gboolean
write_octets (ThruConnection *self,
              const guint8   *bytes,
              gsize           length,
              gsize          *written)
{
  g_autoptr(GError) error = NULL;
  gssize n = g_socket_send (self->socket, (const char *)bytes, length, NULL, &error);

  *written = n > 0 ? (gsize)n : 0;
  if (n >= 0 || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return TRUE;

  if (!self->closed)
    _thru_connection_lose (self, error);
  return FALSE;
}

/* Session messages go into the link only while little waits there, so that notes never queue behind a long list. */
static void
feed_session_queue (ThruConnection *self,
                    gint64          now_us)
{
  gsize waiting;

  while (!g_queue_is_empty (&self->session_queue) &&
         (thru_link_output (self->link, &waiting), waiting < MUCH_WAITING))
    {
      g_autoptr(GBytes) text = g_queue_pop_head (&self->session_queue);
      gsize length;
      const char *json = g_bytes_get_data (text, &length);

      self->session_queued -= length;
      if (!thru_link_send_session (self->link, json, length, (guint64)now_us))
        return;
    }
}

gboolean
thru_connection_write (ThruConnection *self,
                       gint64          now_us)
{
  gsize before;
  gsize waiting;
  gsize written;
  gboolean was_blocked = self->blocked;
  const guint8 *bytes;

  self->pending = FALSE;
  if (self->closed)
    return FALSE;

  feed_session_queue (self, now_us);
  bytes = thru_link_output (self->link, &before);
  waiting = before;

  if (before > 0)
    {
      if (!write_octets (self, bytes, before, &written))
        return FALSE;

      thru_link_output_sent (self->link, written, (guint64)now_us);
      waiting = before - written;
      if (written > 0)
        self->last_output_us = now_us;
    }

  watch_writable (self, waiting > 0 || !g_queue_is_empty (&self->session_queue));
  thru_heartbeat_due_by (self->heartbeat, _thru_connection_get_deadline (self));
  return (before > MUCH_WAITING || was_blocked) && waiting < before;
}

void
_thru_connection_send_text (ThruConnection *self,
                            GBytes         *text)
{
  gsize length = g_bytes_get_size (text);

  if (self->plain || self->closed || thru_link_get_state (self->link) != THRU_LINK_FRAMED)
    return;

  if (self->session_queued + length > THRU_LIMIT_SESSION_QUEUE)
    {
      _thru_connection_finish (self, NULL, NULL,
                               thru_net_text_closed (THRU_LINK_REASON_OVERFLOW, _thru_connection_who (self)), NULL);
      return;
    }

  g_queue_push_tail (&self->session_queue, g_bytes_ref (text));
  self->session_queued += length;
  _thru_connection_pending (self);
}

void
_thru_connection_send_message (ThruConnection           *self,
                               const ThruSessionMessage *message)
{
  g_autofree char *json = NULL;
  g_autoptr(GBytes) text = NULL;
  gsize length;

  json = thru_session_message_encode (message, &length);
  text = g_bytes_new_take (g_steal_pointer (&json), length);
  _thru_connection_send_text (self, text);
}

void
thru_connection_send (ThruConnection *self,
                      GPtrArray      *parts)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (parts != NULL);

  for (guint i = 0; i < parts->len; i++)
    _thru_connection_send_text (self, g_ptr_array_index (parts, i));
}

gboolean
thru_connection_send_midi (ThruConnection *self,
                           guint32         address,
                           const guint8   *message,
                           gsize           length,
                           gint64          time_us,
                           gint64          now_us)
{
  gboolean sent = thru_link_send_timed_midi (self->link, address, message, length, (guint64)time_us, (guint64)now_us);

  if (sent && !self->blocked)
    _thru_connection_pending (self);
  return sent;
}

guint64
thru_connection_get_midi_age (ThruConnection *self)
{
  return self->midi_age_us;
}

gsize
thru_connection_get_waiting (ThruConnection *self)
{
  gsize waiting;

  g_return_val_if_fail (self != NULL, 0);

  thru_link_output (self->link, &waiting);
  return waiting + self->session_queued;
}

/* What closed() sent in its last moment stands before the bye. Without an open link, a bye that can be put behind whole frames is
 * written past it. */
static void
say_bye (ThruConnection *self,
         const char     *code,
         const char     *reason)
{
  g_autoptr(ThruSessionMessage) bye = thru_session_message_new (THRU_SESSION_BYE);
  g_autofree char *json = NULL;
  guint8 header[THRU_DMIDI_FRAME_HEADER_SIZE];
  gint64 now_us = g_get_monotonic_time ();
  gsize length;

  bye->code = g_strdup (code);
  bye->reason = g_strdup (reason);
  json = thru_session_message_encode (bye, &length);

  /* What was said before the bye is read before it. */
  feed_session_queue (self, now_us);

  if (thru_link_get_state (self->link) == THRU_LINK_FRAMED)
    {
      thru_link_send_session (self->link, json, length, (guint64)now_us);
    }
  else if (self->framed && !self->blocked)
    {
      thru_dmidi_frame_header_write (header, THRU_DMIDI_ADDRESS_SESSION, (guint32)now_us, length);
      self->farewell = g_byte_array_new ();
      g_byte_array_append (self->farewell, header, sizeof header);
      g_byte_array_append (self->farewell, (const guint8 *)json, (guint)length);
    }
}

static void
go (ThruConnection *self)
{
  if (self->source == NULL)
    return;

  destroy_source (self);
  g_socket_close (self->socket, NULL);
  self->funcs->gone (self, self->user);
}

/* FALSE when the socket takes no more. */
static gboolean
write_last_octets (ThruConnection *self)
{
  gsize length;
  gsize written;
  const guint8 *bytes = thru_link_output (self->link, &length);

  if (length > 0)
    {
      if (!write_octets (self, bytes, length, &written))
        return FALSE;

      thru_link_output_sent (self->link, written, (guint64)g_get_monotonic_time ());
      watch_writable (self, written < length);
      return TRUE;
    }

  if (self->farewell != NULL && self->farewell->len > 0)
    {
      if (!write_octets (self, self->farewell->data, self->farewell->len, &written))
        return FALSE;

      g_byte_array_remove_range (self->farewell, 0, (guint)written);
      watch_writable (self, self->farewell->len > 0);
      return TRUE;
    }

  watch_writable (self, FALSE);
  return TRUE;
}

static gboolean
has_last_octets (ThruConnection *self)
{
  gsize length;

  thru_link_output (self->link, &length);
  return length > 0 || (self->farewell != NULL && self->farewell->len > 0);
}

/* What they still send is read and thrown away, for closing over unread octets would take our bye from them. */
static gboolean
read_last_octets (ThruConnection *self)
{
  char octets[4096];

  for (guint i = 0; i < THRU_LIMIT_READ / sizeof octets; i++)
    {
      g_autoptr(GError) error = NULL;
      gssize n = g_socket_receive (self->socket, octets, sizeof octets, NULL, &error);

      if (n <= 0)
        return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    }

  return TRUE;
}

void
_thru_connection_linger (ThruConnection *self)
{
  gboolean alive = write_last_octets (self);

  if (alive && !self->shut && !has_last_octets (self))
    {
      self->shut = TRUE;
      alive = g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
    }

  alive = alive && read_last_octets (self);
  if (!alive || g_get_monotonic_time () >= self->linger_until_us)
    go (self);
  else
    thru_heartbeat_due_by (self->heartbeat, self->linger_until_us);
}

/* Ends it, whoever began: the owner is told, then what is left is sent. Takes @text. */
void
_thru_connection_finish (ThruConnection *self,
                         const char     *bye_code,
                         const char     *bye_reason,
                         char           *text,
                         const char     *their_code)
{
  G_GNUC_UNUSED g_autofree char *owned = text;

  if (self->closing)
    return;

  g_debug ("[Connection] %s: %s", self->address, text);
  self->closing = TRUE;
  self->funcs->closed (self, text, their_code, self->user);
  self->closed = TRUE;

  if (bye_code != NULL)
    say_bye (self, bye_code, bye_reason);

  self->linger_until_us = g_get_monotonic_time () + THRU_LIMIT_LINGER_US;
  _thru_connection_linger (self);
}

void
_thru_connection_lose (ThruConnection *self,
                       const GError   *error)
{
  const char *who = _thru_connection_who (self);
  gboolean timed_out = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT);

  self->cut = timed_out || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE) ||
              g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE);

  /* The kernel also gives up when the other side says for seconds that it has no room. */
  _thru_connection_finish (self, NULL, NULL,
                           timed_out && thru_socket_is_heard (self->socket, PROBED_MS)
                           ? thru_net_text_closed (THRU_LINK_REASON_OVERFLOW, who) : thru_net_text_lost (error, who), NULL);
}

void
thru_connection_close (ThruConnection *self,
                       const char     *code,
                       const char     *reason,
                       const char     *text)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (code != NULL);

  _thru_connection_finish (self, code, reason, g_strdup (text), NULL);
}
