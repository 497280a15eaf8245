/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-end.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESS_FIRST 0x80000001u
#define HEARTBEAT_US 250000
#define SESSION_EVERY_MS 100

/* A ThruRouterSendFunc. */
static bool
send_far (void          *user,
          const uint8_t *message,
          size_t         length,
          uint64_t       time_us)
{
  SimFarSynth *far = user;

  if (thru_link_send_midi (far->end->link, far->address, message, length, far->end->now_us))
    return true;
  far->refused_ms = far->end->now_us / 1000;
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

static void
hear (SimEnd              *end,
      const ThruLinkEvent *event)
{
  char text[16];

  snprintf (text, sizeof text, "%u", ++end->n_heard);
  if (event->length != strlen (text) || memcmp (event->bytes, text, event->length) != 0)
    end->complaint = "a session message is missing or changed";
}

static bool
handle (SimEnd              *end,
        const ThruLinkEvent *event)
{
  switch (event->type)
    {
    case THRU_LINK_EVENT_OPEN:
      thru_link_set_peer_heartbeat (end->link, HEARTBEAT_US);
      add_to_router (end);
      return true;

    case THRU_LINK_EVENT_MIDI:
      thru_router_input (end->router, end->base + (event->address - ADDRESS_FIRST),
                         end->now_us, event->bytes, event->length);
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
  char text[16];

  if (thru_link_get_state (end->link) != THRU_LINK_FRAMED || now_ms < end->told_ms + SESSION_EVERY_MS)
    return;
  end->told_ms = now_ms;
  snprintf (text, sizeof text, "%u", ++end->n_told);
  thru_link_send_session (end->link, text, strlen (text), end->now_us);
}

void
sim_end_open (SimEnd        *end,
              ThruRouter    *router,
              ThruMeter     *meter,
              ThruPortNumber base,
              ThruLinkRole   role,
              SimWire       *in,
              SimWire       *out,
              uint64_t       now_ms)
{
  memset (end, 0, sizeof *end);
  end->router = router;
  end->meter = meter;
  end->base = base;
  end->in = in;
  end->out = out;
  end->now_us = now_ms * 1000;
  end->link = thru_link_new (role, end->now_us);
  if (end->link == NULL)
    abort ();
}

void
sim_end_close (SimEnd *end)
{
  for (uint32_t i = 0; i < SIM_SYNTHS; i++)
    {
      thru_router_remove_source (end->router, end->base + i, end->now_us);
      thru_router_remove_destination (end->router, end->base + i);
    }
  thru_link_free (end->link);
  end->link = NULL;
  end->out->closed = true;
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

  end->now_us = now_ms * 1000;
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
