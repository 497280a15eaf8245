/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-backend-jack.h"

#include "thru-jack-server.h"
#include "thru-rtmidi.h"

#define PIECE 16000 /* fits RtMidi's ring: see ThruCyclePace */
#define WAIT_MIN_US 300
#define WAIT_MAX_US 10000
#define CONNECT_MAX_US 500000
#define LAST_CYCLES 3
#define LAST_MAX_US 200000

static GMutex lock;
static GSList *inputs; /* (element-type ThruRtmidiPort), borrowed, under the lock: those that are open */

/* What sounds is to be released at once, whatever the main thread and the scanner's are about. */
static void
end_inputs (guint serial)
{
  g_mutex_lock (&lock);
  for (GSList *i = inputs; i != NULL; i = i->next)
    {
      ThruRtmidiPort *input = i->data;

      if (input->serial == serial)
        input->func (input->user, NULL, 0);
    }
  g_mutex_unlock (&lock);
}

static void
note_input (ThruRtmidiPort *self)
{
  g_mutex_lock (&lock);
  inputs = g_slist_prepend (inputs, self);
  g_mutex_unlock (&lock);

  /* It may have ended before it could be told. */
  if (!thru_jack_server_is_alive (self->serial))
    self->func (self->user, NULL, 0);
}

static void
forget_input (ThruRtmidiPort *self)
{
  g_mutex_lock (&lock);
  inputs = g_slist_remove (inputs, self);
  g_mutex_unlock (&lock);
}

static gboolean
works (void)
{
  thru_jack_server_set_end_func (end_inputs);
  return thru_rtmidi_get_api ("jack") != RTMIDI_API_UNSPECIFIED && thru_jack_server_works ();
}

static gboolean
is_alive (ThruBackendPort *port)
{
  return thru_jack_server_is_alive (((ThruRtmidiPort *) port)->serial);
}

static gboolean
is_connected (ThruBackendPort *port)
{
  ThruRtmidiPort *self = (ThruRtmidiPort *) port;

  return thru_jack_server_is_connected (self->api_name, self->own_name);
}

static gboolean
may_wait (ThruRtmidiPort *self,
          gint64          until)
{
  if (!thru_jack_server_is_alive (self->serial) || g_get_monotonic_time () >= until)
    return FALSE;
  g_usleep (WAIT_MAX_US);
  return TRUE;
}

/* PipeWire tells one client of another's port a moment later; a connection is there from the next period on, which comes late
 * when the server is busy. */
static gboolean
connect_device (ThruRtmidiPort *self)
{
  gint64 until = g_get_monotonic_time () + CONNECT_MAX_US;
  gboolean is_source = self->direction == THRU_DIRECTION_SOURCE;
  ThruDirection own_direction = is_source ? THRU_DIRECTION_DESTINATION : THRU_DIRECTION_SOURCE;
  g_autofree char *own = NULL;

  while ((own = thru_jack_server_find_own (own_direction, self->own_name)) == NULL)
    if (!may_wait (self, until))
      return FALSE;
  if (!thru_jack_server_connect (is_source ? self->api_name : own, is_source ? own : self->api_name))
    return FALSE;
  while (!is_connected (&self->parent))
    if (!may_wait (self, until))
      return FALSE;
  return TRUE;
}

/* RtMidi connects ports by their numbers: of a list that it gets again each time, so that another may have come to the place, and
 * it reads past the end when some have gone. Nor does it tell when JACK refused. */
static ThruBackendPort *
open_port (const char          *api_name,
           ThruDirection        direction,
           ThruBackendInputFunc func,
           void                *user)
{
  guint serial = thru_jack_server_get_serial ();
  ThruRtmidiPort *self = NULL;

  /* Without a server RtMidi would complain on stderr. */
  if (thru_jack_server_is_alive (serial))
    self = thru_rtmidi_open_alone (thru_backend_jack_get (), thru_rtmidi_get_api ("jack"), direction, api_name, func, user);
  if (self == NULL)
    return NULL;

  self->serial = serial;
  self->parent.pace = thru_jack_server_is_hardware (api_name) ? THRU_BACKEND_CABLE_PACE : 0;
  if (connect_device (self))
    {
      if (direction == THRU_DIRECTION_SOURCE)
        note_input (self);
      return &self->parent;
    }

  thru_rtmidi_close (&self->parent);
  return NULL;
}

static ThruBackendPort *
open_input (const char          *api_name,
            ThruBackendInputFunc func,
            void                *user)
{
  return open_port (api_name, THRU_DIRECTION_SOURCE, func, user);
}

static ThruBackendPort *
open_output (const char *api_name)
{
  return open_port (api_name, THRU_DIRECTION_DESTINATION, NULL, NULL);
}

/* RtMidi takes the port away in the very period in which its last messages leave the ring, before the device at the other end
 * was asked to read them: a note-off that comes with the end of a route would be lost. */
static void
let_last_arrive (ThruBackendPort *port)
{
  ThruRtmidiPort *self = (ThruRtmidiPort *) port;
  gint64 until = g_get_monotonic_time () + LAST_MAX_US;
  guint64 period_us;

  while (self->cycles.cycle != 0
         && thru_jack_server_is_alive (self->serial)
         && thru_jack_server_get_cycle (&period_us) < self->cycles.cycle + LAST_CYCLES
         && g_get_monotonic_time () < until)
    g_usleep (CLAMP (period_us / 2, WAIT_MIN_US, WAIT_MAX_US));
}

static void
detach (ThruBackendPort *port)
{
  let_last_arrive (port);
  thru_rtmidi_detach (port);
}

static void
close_port (ThruBackendPort *port)
{
  forget_input ((ThruRtmidiPort *) port);
  let_last_arrive (port);
  thru_rtmidi_close (port);
}

static uint64_t
delay_us (ThruBackendPort *port,
          size_t           length,
          gboolean         continues)
{
  ThruRtmidiPort *self = (ThruRtmidiPort *) port;
  guint64 period_us;
  guint64 cycle = thru_jack_server_get_cycle (&period_us);

  if (thru_cycle_pace_has_room (&self->cycles, length, cycle))
    return 0;
  return CLAMP (period_us / 2, WAIT_MIN_US, WAIT_MAX_US);
}

static void
send_bytes (ThruBackendPort *port,
            const uint8_t   *bytes,
            size_t           length)
{
  ThruRtmidiPort *self = (ThruRtmidiPort *) port;

  thru_cycle_pace_charge (&self->cycles, length);
  thru_rtmidi_send (port, bytes, length);
}

const ThruMidiBackend *
thru_backend_jack_get (void)
{
  static const ThruMidiBackend backend = {
    .name = "JACK",
    .prefix = "jack",
    .poll_ms = 1000,
    .settle_ms = 0, /* it tells of the server's end only, with which all ports go */
    .served = TRUE,
    .piece = PIECE,
    .rate = 350000, /* with a period of 1024 */
    .works = works,
    .leave = thru_jack_server_leave,
    .watch_fd = thru_jack_server_get_end_fd,
    .watch_taken = thru_jack_server_take_end,
    .list = thru_jack_server_list,
    .open_input = open_input,
    .open_output = open_output,
    .is_connected = is_connected,
    .is_alive = is_alive,
    .delay_us = delay_us,
    .send = send_bytes,
    .detach = detach,
    .close = close_port,
  };

  return &backend;
}
