/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "thru-devices"

#include "thru-backend-alsa.h"

#include "thru-alsa-news.h"
#include "thru-alsa-place.h"
#include "thru-rtmidi.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define INPUT_NICE -12 /* one before the engine */
#define PIECE 256 /* little enough to be sent in one: see ThruCellPace */

/* For listing only; they are of the scanner's thread. */
static RtMidiPtr probes[2];

static gboolean
works (void)
{
  enum RtMidiApi api = thru_rtmidi_get_api ("alsa");

  /* RtMidi would report on stderr that there is no sequencer. */
  if (api == RTMIDI_API_UNSPECIFIED || !thru_alsa_news_listen ())
    return FALSE;

  for (ThruDirection way = THRU_DIRECTION_SOURCE; way <= THRU_DIRECTION_DESTINATION; way++)
    if (probes[way] == NULL)
      probes[way] = thru_rtmidi_new (api, way);
  return probes[THRU_DIRECTION_SOURCE] != NULL && probes[THRU_DIRECTION_DESTINATION] != NULL;
}

static void
leave (void)
{
  for (ThruDirection way = THRU_DIRECTION_SOURCE; way <= THRU_DIRECTION_DESTINATION; way++)
    {
      RtMidiPtr probe = g_steal_pointer (&probes[way]);

      if (probe != NULL)
        thru_rtmidi_free (probe, way);
    }
}

static char **
list (ThruDirection direction)
{
  return thru_rtmidi_list (probes[direction]);
}

/* RtMidi's names end in " CLIENT:PORT". */
static gboolean
read_address (const char *api_name,
              guint      *client_number,
              guint      *port_number)
{
  const char *address = strrchr (api_name, ' ');

  return address != NULL && sscanf (address, " %u:%u", client_number, port_number) == 2;
}

static gboolean
is_hardware (const char *api_name)
{
  guint client_number;
  guint port_number;

  return read_address (api_name, &client_number, &port_number) &&
         thru_alsa_news_is_hardware (client_number, port_number);
}

/* RtMidi's thread that reads has the priority of the one that opens. What it does not read in time is lost, the note-offs, too;
 * what it has read may wait. So it goes before the engine, which would else keep it from reading when there is much to do. */
static ThruRtmidiPort *
open_before_others (const char          *api_name,
                    ThruDirection        direction,
                    ThruBackendInputFunc func,
                    void                *user)
{
  int nice = getpriority (PRIO_PROCESS, 0);
  ThruRtmidiPort *self;

  /* Where it is not allowed, it goes without. */
  setpriority (PRIO_PROCESS, 0, INPUT_NICE);
  self = thru_rtmidi_open (thru_backend_alsa_get (), thru_rtmidi_get_api ("alsa"), direction, api_name, func, user);
  setpriority (PRIO_PROCESS, 0, nice);
  return self;
}

static ThruBackendPort *
open_port (const char          *api_name,
           ThruDirection        direction,
           ThruBackendInputFunc func,
           void                *user)
{
  guint count = thru_alsa_news_get_count ();
  g_autofree char *holder = thru_alsa_place_find_holder (api_name, direction);
  ThruRtmidiPort *self;

  /* RtMidi would complain on stderr, at each try. */
  if (holder != NULL)
    return NULL;
  self = open_before_others (api_name, direction, func, user);
  if (self == NULL)
    return NULL;

  self->parent.direct = TRUE;
  self->parent.pace = is_hardware (api_name) ? THRU_BACKEND_CABLE_PACE : 0;
  self->serial = count;
  thru_cell_pace_init (&self->cells);
  return &self->parent;
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

static gboolean
is_connected (ThruBackendPort *port)
{
  ThruRtmidiPort *self = (ThruRtmidiPort *) port;
  guint client_number;
  guint port_number;

  if (!read_address (self->api_name, &client_number, &port_number))
    return TRUE;
  return !thru_alsa_news_has_left (client_number, port_number, self->serial);
}

static gboolean
is_alive (ThruBackendPort *port)
{
  return TRUE;
}

static uint64_t
delay_us (ThruBackendPort *port,
          size_t           length,
          gboolean         continues)
{
  return thru_cell_pace_get_delay (&((ThruRtmidiPort *) port)->cells, length, g_get_monotonic_time ());
}

static void
send_bytes (ThruBackendPort *port,
            const uint8_t   *bytes,
            size_t           length)
{
  thru_cell_pace_charge (&((ThruRtmidiPort *) port)->cells, length, g_get_monotonic_time ());
  thru_rtmidi_send (port, bytes, length);
}

const ThruMidiBackend *
thru_backend_alsa_get (void)
{
  static const ThruMidiBackend backend = {
    .name = "ALSA",
    .prefix = "alsa",
    .poll_ms = 30000,
    .settle_ms = 50,
    .piece = PIECE,
    .rate = 200000,
    .works = works,
    .leave = leave,
    .watch_fd = thru_alsa_news_get_fd,
    .watch_taken = thru_alsa_news_take,
    .list = list,
    .locate = thru_alsa_place_find,
    .find_holder = thru_alsa_place_find_holder,
    .open_input = open_input,
    .open_output = open_output,
    .is_connected = is_connected,
    .is_alive = is_alive,
    .delay_us = delay_us,
    .send = send_bytes,
    .close = thru_rtmidi_close,
  };

  return &backend;
}
