/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-end.h"

#include "sim-log.h"
#include "sim-room.h"

#include <stdlib.h>
#include <string.h>

#define ADDRESS_FIRST 0x80000001u
#define HEARTBEAT_US 250000
#define PING_EVERY_MS 1000
#define ROUND_TRIP_GOOD_US 15000
#define LENIENT_MS 300       /* what came then may wait in the router for so long */
#define REFUSED_MS 1000      /* how long the reason for a refusal may take */
#define SYSEX_PIECE 1024
#define SYSEX_WAITING 2048

/* Session messages, as far as they matter here: kind, number, and two numbers that depend on the kind. */
enum { HELLO = 'h', DEVICES = 'd', PING = 'p', PONG = 'q', BYE = 'b' };

typedef struct
{
  uint32_t kind;
  uint32_t number;
  uint64_t a;
  uint64_t b;
} Message;

static void
say (SimEnd  *end,
     uint32_t kind,
     uint64_t a,
     uint64_t b)
{
  Message message = { kind, ++end->n_told, a, b };

  thru_link_send_session (end->link, (const char *)&message, sizeof message, end->now_us);
}

/* The router's side */

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
  if (!far->end->room->protections->state_queue)
    return true;
  far->refused_ms = far->end->now_ms;
  return false;
}

/* As the patchbay does it: small pieces, while little waits. */
static size_t
take_for_link (void          *user,
               const uint8_t *octets,
               size_t         length,
               size_t         at,
               uint64_t       time_us)
{
  SimFarSynth *far = user;
  size_t n = length - at < SYSEX_PIECE ? length - at : SYSEX_PIECE;

  if (sim_end_n_waiting (far->end) + n <= SYSEX_WAITING && send_far (far, octets + at, n, time_us))
    return n;
  far->refused_ms = far->end->now_ms;
  return 0;
}

static bool
break_off_for_link (void *user)
{
  static const uint8_t end[] = { 0xf4 };
  SimFarSynth *far = user;

  return send_far (far, end, sizeof end, far->end->now_us);
}

static const ThruSysexFuncs link_sysex = {
  .take = take_for_link,
  .break_off = break_off_for_link,
};

static void
add_far_synth (SimFarSynth   *far,
               ThruPortNumber number)
{
  SimRoom *room = far->end->room;

  if (thru_router_add_destination (room->router, number, send_far, far, room->meter) && !far->end->plain)
    thru_router_set_sysex (room->router, number, &link_sysex, THRU_MIDI_SYSEX_MAX);
}

/* One that vanished keeps its destination, for the last note-offs may have to wait. */
static void
add_far_synths (SimEnd  *end,
                uint64_t plugged)
{
  for (uint32_t i = 0; i < SIM_SYNTHS; i++)
    {
      SimFarSynth *far = &end->far_synths[i];

      far->end = end;
      far->address = ADDRESS_FIRST + i;
      far->plugged = plugged >> i & 1;
      if (far->plugged)
        add_far_synth (far, end->base + i);
      else
        sim_room_disconnect (end->room, end->base + i);
    }
  end->welcome = end->chosen = true;
}

static void
add_own_synths (SimEnd *end)
{
  for (uint32_t i = 0; i < SIM_SYNTHS; i++)
    {
      thru_router_add_source (end->room->router, end->base + i, NULL);
      thru_router_connect (end->room->router, end->base + i, 1 + i, NULL);
    }
}

static void
leave_router (SimEnd *end)
{
  ThruRouter *router = end->room->router;

  for (uint32_t i = 0; i < SIM_SYNTHS; i++)
    {
      if (end->room->protections->release_on_close)
        thru_router_remove_source (router, end->base + i, end->now_us);
      thru_router_remove_destination (router, end->base + i);
    }
  end->room->busy = true;
}

/* What comes in */

static uint64_t
plugged_synths (const SimRoom *room)
{
  uint64_t plugged = 0;

  for (unsigned i = 0; i < SIM_SYNTHS; i++)
    plugged |= (uint64_t)room->plugged[i] << i;
  return plugged;
}

static void
hear_pong (SimEnd        *end,
           const Message *message)
{
  if (message->a != end->ping_us)
    return;
  end->ping_us = 0;
  thru_link_take_pong (end->link, message->a, message->b, end->now_us);
  if (end->round_trip_us == 0 || end->now_us - message->a < end->round_trip_us)
    end->round_trip_us = end->now_us - message->a + 1;
}

static void
hear (SimEnd              *end,
      const ThruLinkEvent *event)
{
  Message message;

  memcpy (&message, event->bytes, sizeof message);
  if (event->length != sizeof message || message.number != ++end->n_heard)
    end->complaint = "a session message is missing or changed";

  switch (message.kind)
    {
    case HELLO:
      if (end->room->protections->heartbeat)
        thru_link_set_peer_heartbeat (end->link, HEARTBEAT_US);
      end->asks = true;
      break;

    case DEVICES:
      add_far_synths (end, message.a);
      break;

    case PING:
      say (end, PONG, message.a, end->now_us);
      break;

    case PONG:
      hear_pong (end, &message);
      break;

    default:
      end->told_duplicate = true;
      break;
    }
}

/* On a plain link nobody knows how old anything is. */
static void
play_here (SimEnd              *end,
           const ThruLinkEvent *event)
{
  uint32_t synth = end->plain ? 0 : event->address - ADDRESS_FIRST;
  uint64_t age_us = end->room->protections->stall_gate ? event->age_us : 0;

  if (!end->accepted)
    return;
  if (!end->plain && (end->round_trip_us == 0 || end->round_trip_us > ROUND_TRIP_GOOD_US))
    end->room->synths[synth].lenient_until_ms = end->now_ms + LENIENT_MS;
  thru_router_input (end->room->router, end->base + synth, end->now_us - age_us, event->bytes, event->length);
  end->room->busy = true;
}

static void
handle_closed (SimEnd              *end,
               const ThruLinkEvent *event)
{
  sim_log (end->now_ms, "room %u: its link to %u closes: %s", end->room->index, end->other,
           thru_link_reason_to_string (event->reason));
  if (event->reason != THRU_LINK_REASON_SILENT && event->reason != THRU_LINK_REASON_OPENING_TIMEOUT &&
      event->reason != THRU_LINK_REASON_OVERFLOW)
    end->complaint = thru_link_reason_to_string (event->reason);
}

static void
handle (SimEnd              *end,
        const ThruLinkEvent *event)
{
  switch (event->type)
    {
    case THRU_LINK_EVENT_OPEN:
      end->plain = thru_link_get_state (end->link) == THRU_LINK_PLAIN;
      if (end->plain)
        end->asks = true;
      else
        say (end, HELLO, 0, 0);
      break;

    case THRU_LINK_EVENT_MIDI:
      play_here (end, event);
      break;

    case THRU_LINK_EVENT_SESSION:
      hear (end, event);
      break;

    case THRU_LINK_EVENT_CLOSED:
      handle_closed (end, event);
      break;

    case THRU_LINK_EVENT_NONE:
    default:
      break;
    }
}

static void
handle_events (SimEnd *end)
{
  ThruLinkEvent event;

  while (!end->asks && thru_link_next_event (end->link, &event))
    handle (end, &event);
}

static void
read_some (SimEnd *end,
           size_t  octets_max)
{
  while (octets_max > 0 && !end->asks)
    {
      size_t room;
      uint8_t *buffer = thru_link_input_buffer (end->link, &room);
      size_t length = sim_wire_read (end->in, buffer, room < octets_max ? room : octets_max);

      if (length == 0)
        break;
      octets_max -= length;
      thru_link_input_received (end->link, length, end->now_us);
      handle_events (end);
    }
}

static void
set_time (SimEnd *end)
{
  end->now_ms = end->room->now_ms;
  end->now_us = sim_room_time (end->room);
}

static void
open_link (SimEnd *end)
{
  end->pending = false;
  set_time (end);
  end->link = thru_link_new (end->is_ours ? THRU_LINK_DIALED : THRU_LINK_ACCEPTED, end->now_us);
  if (end->link == NULL)
    abort ();
}

void
sim_end_init (SimEnd        *end,
              SimRoom       *room,
              unsigned       other,
              ThruLinkRole   role,
              ThruPortNumber base,
              SimWire       *in,
              SimWire       *out)
{
  memset (end, 0, sizeof *end);
  end->room = room;
  end->other = other;
  end->is_ours = role == THRU_LINK_DIALED;
  end->base = base;
  end->in = in;
  end->out = out;
  end->pending = true;
  if (end->is_ours)
    open_link (end);
}

bool
sim_end_is_open (const SimEnd *end)
{
  return end->link != NULL || end->pending;
}

void
sim_end_crash (SimEnd *end)
{
  thru_link_free (end->link);
  end->link = NULL;
  end->pending = false;
  end->out->closed = true;
}

void
sim_end_close (SimEnd *end)
{
  if (!end->refused)
    leave_router (end);
  sim_end_crash (end);
}

void
sim_end_tell (SimEnd *end)
{
  set_time (end);
  if (end->accepted && !end->plain)
    say (end, DEVICES, plugged_synths (end->room), 0);
}

void
sim_end_accept (SimEnd *end)
{
  end->asks = false;
  end->accepted = true;
  if (end->plain)
    {
      thru_router_add_source (end->room->router, end->base, NULL);
      add_far_synths (end, 1);
    }
  else
    {
      add_own_synths (end);
      sim_end_tell (end);
      end->ping_ms = end->now_ms;
    }
  handle_events (end);
}

void
sim_end_refuse (SimEnd *end)
{
  sim_log (end->room->now_ms, "room %u: refuses a link to %u", end->room->index, end->other);
  set_time (end);
  end->asks = false;
  leave_router (end);
  end->accepted = end->welcome = false;
  end->refused = true;
  end->refused_until_ms = end->now_ms + REFUSED_MS;
  say (end, BYE, 0, 0);
}

static void
run_refused (SimEnd *end)
{
  if (sim_end_n_waiting (end) == 0 || end->now_ms >= end->refused_until_ms || sim_wire_is_ended (end->in, end->now_ms))
    sim_end_crash (end);
}

static void
run_open (SimEnd *end,
          size_t  octets_max)
{
  if (end->in->ready > 0)
    read_some (end, octets_max);
  if (end->now_us >= thru_link_deadline (end->link))
    {
      thru_link_tick (end->link, end->now_us);
      handle_events (end);
    }
  if (end->accepted && !end->plain && end->now_ms >= end->ping_ms && thru_link_get_state (end->link) == THRU_LINK_FRAMED)
    {
      end->ping_us = end->now_us;
      end->ping_ms = end->now_ms + PING_EVERY_MS;
      say (end, PING, end->ping_us, 0);
    }
  if (thru_link_get_state (end->link) == THRU_LINK_CLOSED || end->told_duplicate ||
      (!end->asks && sim_wire_is_ended (end->in, end->now_ms)))
    sim_end_close (end);
}

void
sim_end_run (SimEnd *end,
             size_t  octets_max)
{
  if (end->pending)
    open_link (end);
  set_time (end);
  if (end->refused)
    run_refused (end);
  else
    run_open (end, octets_max);
}

bool
sim_end_write (SimEnd *end)
{
  size_t length;
  size_t written;
  const uint8_t *octets = thru_link_output (end->link, &length);

  if (length > THRU_LINK_OUTPUT_MAX)
    end->complaint = "a link holds too much";
  if (length == 0)
    return false;
  written = sim_wire_write (end->out, octets, length);
  thru_link_output_sent (end->link, written, end->now_us);
  return written > 0;
}

size_t
sim_end_n_waiting (SimEnd *end)
{
  size_t length = 0;

  if (end->link != NULL)
    thru_link_output (end->link, &length);
  return length;
}

static bool
has_work (SimEnd  *end,
          uint64_t now_ms)
{
  return end->pending || end->asks || end->refused || end->in->ready > 0 || sim_end_n_waiting (end) > 0 ||
         sim_wire_is_ended (end->in, now_ms);
}

static uint64_t
ping_due (const SimEnd *end)
{
  return end->accepted && !end->plain ? end->ping_ms : SIM_NEVER;
}

bool
sim_end_is_woken (SimEnd *end)
{
  uint64_t now_ms = end->room->now_ms;

  return has_work (end, now_ms) || now_ms >= ping_due (end) || sim_room_time (end->room) >= thru_link_deadline (end->link);
}

uint64_t
sim_end_due (SimEnd  *end,
             uint64_t now_ms)
{
  uint64_t due_ms = ping_due (end);
  uint64_t deadline_us;
  uint64_t deadline_ms;

  if (has_work (end, now_ms + 1))
    return now_ms + 1;
  if (end->in->dead && end->in->broken_ms < due_ms)
    due_ms = end->in->broken_ms;
  deadline_us = thru_link_deadline (end->link);
  if (deadline_us == UINT64_MAX)
    return due_ms;
  deadline_ms = sim_room_due_at (end->room, deadline_us);
  return deadline_ms < due_ms ? deadline_ms : due_ms;
}
