/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-end.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESS_FIRST 0x80000001u
#define HEARTBEAT_US 250000
#define SESSION_EVERY_MS 100
#define TEXT_MAX 96
#define TEXT_READ "%u %" SCNu64 " %" SCNu64 " %" SCNu64
#define TEXT_WRITE "%u %" PRIu64 " %" PRIu64 " %" PRIu64
#define ROUND_TRIP_GOOD_US 15000
#define LENIENT_MS 300 /* what came then may wait in the router for so long */

/* A ThruRouterSendFunc. */
static bool
send_far (void          *user,
          const uint8_t *message,
          size_t         length,
          uint64_t       time_us)
{
  SimFarSynth *far = user;

  if (thru_link_send_timed_midi (far->end->link, far->address, message, length, time_us, far->end->now_us))
    return true;
  if (!far->end->protections->state_queue)
    return true;
  far->refused_ms = far->end->now_ms;
  return false;
}

static void
add_to_router (SimEnd *end)
{
  for (uint32_t i = 0; i < SIM_SYNTHS; i++)
    {
      end->far_synths[i] = (SimFarSynth){ .end = end, .address = ADDRESS_FIRST + i };
      thru_router_add_destination (end->router, end->base + i, send_far, &end->far_synths[i], end->meter);
      thru_router_add_source (end->router, end->base + i, NULL);
      thru_router_connect (end->router, end->base + i, 1 + i, NULL);
    }
}

/* Its number, its sender's clock, and ours in what they heard last and when that was by theirs: as good as a pong. */
static void
hear (SimEnd              *end,
      const ThruLinkEvent *event)
{
  char text[TEXT_MAX] = { 0 };
  unsigned number = 0;
  uint64_t sent_us = 0;
  uint64_t ours_us = 0;
  uint64_t heard_us = 0;
  uint64_t left_us;

  memcpy (text, event->bytes, event->length < sizeof text ? event->length : sizeof text - 1);
  if (sscanf (text, TEXT_READ, &number, &sent_us, &ours_us, &heard_us) != 4 || number != ++end->n_heard)
    end->complaint = "a session message is missing or changed";

  end->their_us = sent_us;
  end->heard_us = end->now_us;
  if (ours_us == 0)
    return;
  left_us = ours_us + (sent_us - heard_us);
  thru_link_take_pong (end->link, left_us, sent_us, end->now_us);
  if (end->round_trip_us == 0 || end->now_us - left_us < end->round_trip_us)
    end->round_trip_us = end->now_us - left_us + 1;
}

static void
play_here (SimEnd              *end,
           const ThruLinkEvent *event)
{
  uint32_t synth = event->address - ADDRESS_FIRST;
  uint64_t age_us = end->protections->stall_gate ? event->age_us : 0;

  if (end->round_trip_us == 0 || end->round_trip_us > ROUND_TRIP_GOOD_US)
    end->synths[synth].lenient_until_ms = end->now_ms + LENIENT_MS;
  thru_router_input (end->router, end->base + synth, end->now_us - age_us, event->bytes, event->length);
}

static bool
handle (SimEnd              *end,
        const ThruLinkEvent *event)
{
  switch (event->type)
    {
    case THRU_LINK_EVENT_OPEN:
      if (end->protections->heartbeat)
        thru_link_set_peer_heartbeat (end->link, HEARTBEAT_US);
      add_to_router (end);
      return true;

    case THRU_LINK_EVENT_MIDI:
      play_here (end, event);
      return false;

    case THRU_LINK_EVENT_SESSION:
      hear (end, event);
      return false;

    case THRU_LINK_EVENT_CLOSED:
      if (event->reason != THRU_LINK_REASON_SILENT &&
          event->reason != THRU_LINK_REASON_OPENING_TIMEOUT &&
          event->reason != THRU_LINK_REASON_OVERFLOW)
        end->complaint = thru_link_reason_to_string (event->reason);
      return false;

    case THRU_LINK_EVENT_NONE:
    default:
      return false;
    }
}

static bool
handle_events (SimEnd *end)
{
  ThruLinkEvent event;
  bool opened = false;

  while (thru_link_next_event (end->link, &event))
    {
      if (handle (end, &event))
        opened = true;
    }
  return opened;
}

static bool
read_some (SimEnd *end,
           size_t  octets_max)
{
  bool opened = false;

  while (octets_max > 0)
    {
      size_t room;
      uint8_t *buffer = thru_link_input_buffer (end->link, &room);
      size_t length = sim_wire_read (end->in, buffer, room < octets_max ? room : octets_max);

      if (length == 0)
        break;
      octets_max -= length;
      thru_link_input_received (end->link, length, end->now_us);
      if (handle_events (end))
        opened = true;
    }
  return opened;
}

static void
tell (SimEnd  *end,
      uint64_t now_ms)
{
  char text[TEXT_MAX];

  if (thru_link_get_state (end->link) != THRU_LINK_FRAMED || now_ms < end->told_ms + SESSION_EVERY_MS)
    return;
  end->told_ms = now_ms;
  snprintf (text, sizeof text, TEXT_WRITE, ++end->n_told, end->now_us, end->their_us, end->heard_us);
  thru_link_send_session (end->link, text, strlen (text), end->now_us);
}

static void
set_time (SimEnd  *end,
          uint64_t now_ms)
{
  end->now_ms = now_ms;
  end->now_us = now_ms * 1000 + end->clock_us;
}

void
sim_end_open (SimEnd           *end,
              const SimEndHost *host,
              ThruPortNumber    base,
              ThruLinkRole      role,
              SimWire          *in,
              SimWire          *out,
              uint64_t          now_ms)
{
  memset (end, 0, sizeof *end);
  end->protections = host->protections;
  end->router = host->router;
  end->meter = host->meter;
  end->synths = host->synths;
  end->clock_us = host->clock_us;
  end->base = base;
  end->in = in;
  end->out = out;
  set_time (end, now_ms);
  end->link = thru_link_new (role, end->now_us);
  if (end->link == NULL)
    abort ();
}

void
sim_end_crash (SimEnd *end)
{
  thru_link_free (end->link);
  end->link = NULL;
  end->out->closed = true;
}

void
sim_end_close (SimEnd *end)
{
  for (uint32_t i = 0; i < SIM_SYNTHS; i++)
    {
      if (end->protections->release_on_close)
        thru_router_remove_source (end->router, end->base + i, end->now_us);
      thru_router_remove_destination (end->router, end->base + i);
    }
  sim_end_crash (end);
}

bool
sim_end_is_open (const SimEnd *end)
{
  return end->link != NULL && thru_link_get_state (end->link) == THRU_LINK_FRAMED;
}

bool
sim_end_run (SimEnd  *end,
             uint64_t now_ms,
             size_t   octets_max)
{
  bool opened;

  set_time (end, now_ms);
  opened = read_some (end, octets_max);
  if (end->now_us >= thru_link_deadline (end->link))
    thru_link_tick (end->link, end->now_us);
  tell (end, now_ms);
  handle_events (end);

  if (thru_link_get_state (end->link) == THRU_LINK_CLOSED || sim_wire_is_ended (end->in))
    sim_end_close (end);
  return opened && end->link != NULL;
}

void
sim_end_write (SimEnd *end)
{
  size_t length;
  const uint8_t *octets = thru_link_output (end->link, &length);

  if (length > THRU_LINK_OUTPUT_MAX)
    end->complaint = "a link holds too much";
  if (length > 0)
    thru_link_output_sent (end->link, sim_wire_write (end->out, octets, length), end->now_us);
}

size_t
sim_end_n_waiting (SimEnd *end)
{
  size_t length = 0;

  if (end->link != NULL)
    thru_link_output (end->link, &length);
  return length;
}
