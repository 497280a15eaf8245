/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "thru-net"

#include "thru-patchbay-private.h"
#include "thru-dmidi-frame.h"
#include "thru-input-source.h"
#include "thru-limits.h"

#define FLUSH_AGAIN_US 2000
#define TELL_SYSEX_US (G_USEC_PER_SEC / 4)
#define RELEASE_US (200 * 1000) /* how long an output that is removed may take for the last note-offs */

/* The same over a link. A note may be under way on one that stalls, and sound when the device is back in time for it; so
 * the note-off must follow. A link that stalls for longer ends. */
#define RELEASE_FAR_US (5 * G_USEC_PER_SEC)

static guint64
now (void)
{
  return (guint64)g_get_monotonic_time ();
}

static void
input_free (ThruPatchbayInput *input)
{
  if (input->source != NULL)
    {
      g_source_destroy (input->source);
      g_source_unref (input->source);
    }

  if (input->release != NULL)
    input->release (input->keep);
  g_clear_pointer (&input->connection, thru_connection_unref);
  g_clear_pointer (&input->meter, thru_meter_unref);
  g_free (input);
}

static void
output_free (ThruPatchbayOutput *output)
{
  thru_router_remove_destination (output->owner->router, output->number);
  if (output->release != NULL)
    output->release (output->user);
  g_clear_pointer (&output->connection, thru_connection_unref);
  g_clear_pointer (&output->meter, thru_meter_unref);
  g_free (output);
}

static void
sysex_report_cb (void                  *user,
                 const ThruSysexReport *report)
{
  ThruPatchbay *self = user;
  ThruPatchbayOutput *output = g_hash_table_lookup (self->outputs, GUINT_TO_POINTER (report->destination));
  gint64 now_us = g_get_monotonic_time ();

  if (self->report == NULL)
    return;

  if (output != NULL && report->state == THRU_SYSEX_PROGRESS && now_us < output->sysex_told_us + TELL_SYSEX_US)
    return;

  if (output != NULL)
    output->sysex_told_us = now_us;
  self->report (self->report_user, report);
}

ThruPatchbay *
thru_patchbay_new (GMainContext    *context,
                   ThruPatchbayFunc woke,
                   gpointer         user)
{
  ThruPatchbay *self = g_new0 (ThruPatchbay, 1);

  self->context = g_main_context_ref (context);
  self->woke = woke;
  self->user = user;
  self->router = thru_router_new ();
  thru_router_set_sysex_report (self->router, sysex_report_cb, self);
  self->inputs = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)input_free);
  self->outputs = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)output_free);
  self->streams = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify)thru_link_streams_free);
  self->routes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->next_own_source = _THRU_PATCHBAY_FIRST_OWN_SOURCE;
  self->again_us = G_MAXINT64;
  self->limits = (ThruPatchbayLimits) {
    THRU_LIMIT_MESSAGES_PER_SECOND, THRU_LIMIT_MESSAGES_BURST, THRU_LIMIT_FLOOD_PER_SECOND,
  };
  return self;
}

void
thru_patchbay_free (ThruPatchbay *self)
{
  if (self == NULL)
    return;

  thru_router_set_sysex_report (self->router, NULL, NULL);
  g_hash_table_unref (self->streams);
  g_hash_table_unref (self->inputs);
  g_hash_table_unref (self->outputs);
  g_hash_table_unref (self->routes);
  thru_router_free (self->router);
  g_main_context_unref (self->context);
  g_free (self);
}

void
thru_patchbay_set_limits (ThruPatchbay      *self,
                          ThruPatchbayLimits limits)
{
  g_return_if_fail (self != NULL);

  self->limits = limits;
}

void
thru_patchbay_set_late_limit (ThruPatchbay *self,
                              guint64       us)
{
  g_return_if_fail (self != NULL);

  thru_router_set_late_limit (self->router, us);
}

void
thru_patchbay_set_loop_func (ThruPatchbay      *self,
                             ThruRouterLoopFunc func,
                             gpointer           user)
{
  g_return_if_fail (self != NULL);

  thru_router_set_loop_func (self->router, func, user);
}

void
thru_patchbay_set_loop_patience (ThruPatchbay *self,
                                 guint64       us)
{
  g_return_if_fail (self != NULL);

  thru_router_set_loop_patience (self->router, us);
}

static void
input_cb (const guint8 *bytes,
          gsize         length,
          guint64       time_us,
          gpointer      user)
{
  ThruPatchbayInput *input = user;

  thru_router_set_time (input->owner->router, now ());
  if (bytes != NULL && !input->owner->muted)
    {
      thru_router_input (input->owner->router, input->number, time_us, bytes, length);
      return;
    }

  thru_router_input_gap (input->owner->router, input->number, time_us);
  if (input->meter != NULL && !input->owner->muted)
    thru_meter_lose (input->meter, (guint32)length);
}

static void
input_woke_cb (gpointer user)
{
  ThruPatchbayInput *input = user;

  input->owner->woke (input->owner->user);
}

static ThruPatchbayInput *
add_source (ThruPatchbay  *self,
            ThruPortNumber source,
            ThruMeter     *meter)
{
  ThruPatchbayInput *input;

  if (!thru_router_add_source (self->router, source, meter))
    return NULL;
  thru_router_watch_source (self->router, source);

  input = g_new0 (ThruPatchbayInput, 1);
  input->owner = self;
  input->number = source;
  input->meter = meter != NULL ? thru_meter_ref (meter) : NULL;
  g_hash_table_insert (self->inputs, GUINT_TO_POINTER (source), input);
  return input;
}

void
thru_patchbay_add_input (ThruPatchbay  *self,
                         ThruPortNumber source,
                         ThruRing      *ring,
                         int            wake_fd,
                         gpointer       keep,
                         GDestroyNotify release,
                         ThruMeter     *meter)
{
  ThruPatchbayInput *input;

  g_return_if_fail (self != NULL);

  input = add_source (self, source, meter);
  if (input == NULL)
    {
      if (release != NULL)
        release (keep);
      return;
    }

  input->keep = keep;
  input->release = release;
  input->source = thru_input_source_new (ring, wake_fd, input_cb, input_woke_cb, input);
  thru_router_doubt_source (self->router, source, THRU_ROUTER_DOUBT_STREAM);
  g_source_attach (input->source, self->context);
}

void
thru_patchbay_add_link_input (ThruPatchbay   *self,
                              ThruPortNumber  source,
                              ThruConnection *connection,
                              ThruMeter      *meter)
{
  ThruLinkStreams *streams;
  ThruPatchbayInput *input;

  g_return_if_fail (self != NULL);

  streams = g_hash_table_lookup (self->streams, connection);
  if (streams == NULL || !thru_connection_is_plain (connection))
    return;

  input = add_source (self, source, meter);
  if (input == NULL)
    return;

  input->connection = thru_connection_ref (connection);
  thru_router_doubt_source (self->router, source, THRU_ROUTER_DOUBT_TIME);
  thru_link_streams_add (streams, _THRU_PATCHBAY_PLAIN_ADDRESS, source, FALSE);
}

void
thru_patchbay_remove_source (ThruPatchbay  *self,
                             ThruPortNumber source)
{
  ThruPatchbayInput *input;
  ThruLinkStreams *streams;

  g_return_if_fail (self != NULL);

  input = g_hash_table_lookup (self->inputs, GUINT_TO_POINTER (source));
  if (input == NULL)
    return;

  streams = input->connection != NULL ? g_hash_table_lookup (self->streams, input->connection) : NULL;
  if (streams != NULL)
    thru_link_streams_remove (streams, _THRU_PATCHBAY_PLAIN_ADDRESS);

  _thru_patchbay_forget_routes (self, source, 0);
  thru_router_remove_source (self->router, source, now ());
  g_hash_table_remove (self->inputs, GUINT_TO_POINTER (source));
}

static ThruPatchbayOutput *
add_destination (ThruPatchbay      *self,
                 ThruPortNumber     destination,
                 ThruRouterSendFunc send,
                 gpointer           user,
                 ThruMeter         *meter)
{
  ThruPatchbayOutput *old = g_hash_table_lookup (self->outputs, GUINT_TO_POINTER (destination));
  ThruPatchbayOutput *output;

  /* One of that number that only waits for its last note-offs must not be in the way. */
  if (old != NULL && old->leaves_us != 0)
    {
      self->n_leaving--;
      g_hash_table_remove (self->outputs, GUINT_TO_POINTER (destination));
    }

  output = g_new0 (ThruPatchbayOutput, 1);
  output->owner = self;
  output->number = destination;
  output->user = user;
  if (!thru_router_add_destination (self->router, destination, send, user != NULL ? user : output, meter))
    {
      g_free (output);
      return NULL;
    }

  output->meter = meter != NULL ? thru_meter_ref (meter) : NULL;
  g_hash_table_insert (self->outputs, GUINT_TO_POINTER (destination), output);
  return output;
}

void
thru_patchbay_add_output (ThruPatchbay      *self,
                          ThruPortNumber     destination,
                          guint32            address,
                          ThruRouterSendFunc send,
                          gpointer           user,
                          GDestroyNotify     release,
                          ThruMeter         *meter)
{
  GHashTableIter iter;
  gpointer streams;
  ThruPatchbayOutput *output;

  g_return_if_fail (self != NULL);

  output = add_destination (self, destination, send, user, meter);
  if (output == NULL)
    {
      if (release != NULL)
        release (user);
      return;
    }

  output->address = address;
  output->release = release;
  if (address == 0)
    return;

  g_hash_table_iter_init (&iter, self->streams);
  while (g_hash_table_iter_next (&iter, NULL, &streams))
    {
      ThruPortNumber everyone = thru_link_streams_lookup (streams, THRU_DMIDI_ADDRESS_EVERYONE);

      if (everyone != 0)
        thru_router_connect (self->router, everyone, destination, NULL);
    }
}

void
thru_patchbay_set_sysex (ThruPatchbay         *self,
                         ThruPortNumber        destination,
                         const ThruSysexFuncs *funcs)
{
  g_return_if_fail (self != NULL);

  thru_router_set_sysex (self->router, destination, funcs, THRU_MIDI_SYSEX_MAX);
}

void
thru_patchbay_cancel_sysex (ThruPatchbay  *self,
                            ThruPortNumber destination)
{
  g_return_if_fail (self != NULL);

  thru_router_cancel_sysex (self->router, destination);
}

void
thru_patchbay_set_sysex_report (ThruPatchbay       *self,
                                ThruSysexReportFunc func,
                                gpointer            user)
{
  g_return_if_fail (self != NULL);

  self->report = func;
  self->report_user = user;
}

static bool
send_to_link (void          *user,
              const uint8_t *message,
              size_t         length,
              uint64_t       time_us)
{
  ThruPatchbayOutput *output = user;

  return thru_connection_send_midi (output->connection, output->address, message, length, (gint64)time_us,
                                    g_get_monotonic_time ());
}

void
thru_patchbay_add_remote_output (ThruPatchbay   *self,
                                 ThruPortNumber  destination,
                                 ThruConnection *connection,
                                 guint32         address,
                                 ThruMeter      *meter)
{
  ThruPatchbayOutput *output;

  g_return_if_fail (self != NULL);

  if (!g_hash_table_contains (self->streams, connection))
    return;

  output = add_destination (self, destination, send_to_link, NULL, meter);
  if (output == NULL)
    return;

  output->connection = thru_connection_ref (connection);
  output->address = address;
  if (!thru_connection_is_plain (connection))
    thru_router_set_sysex (self->router, destination, &_thru_patchbay_link_sysex,
                           thru_connection_get_sysex_max (connection));
}

/* Ends the streams that links play to @address alone. */
static void
remove_streams_to (ThruPatchbay *self,
                   guint32       address)
{
  GHashTableIter iter;
  gpointer streams;

  g_hash_table_iter_init (&iter, self->streams);
  while (g_hash_table_iter_next (&iter, NULL, &streams))
    thru_link_streams_remove (streams, address);
}

void
thru_patchbay_remove_destination (ThruPatchbay  *self,
                                  ThruPortNumber destination)
{
  ThruPatchbayOutput *output;

  g_return_if_fail (self != NULL);

  output = g_hash_table_lookup (self->outputs, GUINT_TO_POINTER (destination));
  if (output == NULL || output->leaves_us != 0)
    return;

  if (output->connection == NULL && output->address != 0)
    remove_streams_to (self, output->address);
  _thru_patchbay_disconnect_all (self, destination);

  output->leaves_us = g_get_monotonic_time () + (output->connection != NULL ? RELEASE_FAR_US : RELEASE_US);
  if (output->connection == NULL)
    output->address = 0;
  self->n_leaving++;
}

void
thru_patchbay_panic (ThruPatchbay *self)
{
  g_return_if_fail (self != NULL);

  thru_router_panic (self->router, now ());
}

void
thru_patchbay_release_all (ThruPatchbay *self)
{
  g_return_if_fail (self != NULL);

  thru_router_release_all (self->router, now ());
}

void
thru_patchbay_set_muted (ThruPatchbay *self,
                         gboolean      muted)
{
  g_return_if_fail (self != NULL);

  self->muted = muted;
}

static void
remove_leaving (ThruPatchbay *self,
                gboolean      all_sent,
                gint64        now_us)
{
  GHashTableIter iter;
  gpointer port;

  g_hash_table_iter_init (&iter, self->outputs);
  while (g_hash_table_iter_next (&iter, NULL, &port))
    {
      ThruPatchbayOutput *output = port;

      if (output->leaves_us == 0 || (!all_sent && now_us < output->leaves_us))
        continue;

      /* What was begun is finished, though nobody wants the output any more. */
      if (thru_router_is_sending_sysex (self->router, output->number))
        continue;

      self->n_leaving--;
      g_hash_table_iter_remove (&iter);
    }
}

gboolean
thru_patchbay_flush (ThruPatchbay *self,
                     gint64        now_us)
{
  gboolean done;

  g_return_val_if_fail (self != NULL, TRUE);

  done = thru_router_flush (self->router, (guint64)now_us);
  self->again_us = _thru_patchbay_watch_sysex (self, now_us);
  if (!done)
    self->again_us = MIN (self->again_us,
                          now_us + (thru_router_is_patient (self->router) ? THRU_ROUTER_PATIENCE_US : FLUSH_AGAIN_US));
  if (self->n_leaving > 0)
    remove_leaving (self, done, now_us);
  return done;
}

gint64
thru_patchbay_get_again_us (ThruPatchbay *self)
{
  g_return_val_if_fail (self != NULL, G_MAXINT64);

  return self->again_us;
}
