/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-link.h"

#include "thru-octet-queue.h"
#include "thru-peer-clock.h"

#include "thru-dmidi-frame.h"
#include "thru-dmidi-preface.h"

#include <stdlib.h>
#include <string.h>

#define ACTIVE_SENSING 0xfe
#define NEVER UINT64_MAX
#define MISSED_HEARTBEATS 4
#define PROMISE_MAX_US (60u * 1000u * 1000u) /* a longer promise counts as this */
#define LATE_TICK_US 100000                  /* a tick this late says that we ourselves were held up */

struct _ThruLink
{
  ThruLinkRole   role;
  ThruLinkState  state;
  ThruLinkReason reason;
  bool           closed_told;

  /* Octets received and not yet taken, from input_start to input_end. */
  size_t         input_start;
  size_t         input_end;
  uint8_t        input[THRU_DMIDI_FRAME_MAX];

  ThruOctetQueue output;
  bool           blocked;      /* the socket did not take all of it */
  size_t         marked;       /* octets that wait since marked_us at least */
  uint64_t       marked_us;

  ThruPeerClock  clock;

  /* CLOCK_MONOTONIC microseconds */
  uint64_t opened_us;
  uint64_t last_input_us;
  uint64_t last_output_us;
  uint64_t silence_us; /* allowed silence of theirs; 0: no promise */
  uint64_t grace_us;   /* they are not lost before this; 0: none given since the last input */
};

static bool
is_open (const ThruLink *link)
{
  return link->state == THRU_LINK_FRAMED || link->state == THRU_LINK_PLAIN;
}

/* What is still to be sent goes too, except after a preface of ours that tells the other side why. */
static void
close_link (ThruLink      *link,
            ThruLinkReason reason)
{
  if (link->state == THRU_LINK_CLOSED)
    return;
  link->state = THRU_LINK_CLOSED;
  link->reason = reason;
  link->input_start = link->input_end = 0;
  if (reason != THRU_LINK_REASON_VERSION)
    thru_octet_queue_clear (&link->output);
}

static bool
send_preface (ThruLink *link)
{
  uint8_t preface[THRU_DMIDI_PREFACE_SIZE];

  thru_dmidi_preface_write (preface);
  return thru_octet_queue_append (&link->output, preface, sizeof preface);
}

/* The caller has seen to the room. */
static void
append_frame (ThruLink      *link,
              uint32_t       address,
              const uint8_t *payload,
              size_t         length,
              uint64_t       time_us)
{
  uint8_t header[THRU_DMIDI_FRAME_HEADER_SIZE];

  thru_dmidi_frame_header_write (header, address, (uint32_t)time_us, length);
  thru_octet_queue_append (&link->output, header, sizeof header);
  thru_octet_queue_append (&link->output, payload, length);
}

static uint64_t
heartbeat_deadline (const ThruLink *link)
{
  /* Octets that wait for the socket are a sign of life already. */
  if (link->state != THRU_LINK_FRAMED || thru_octet_queue_length (&link->output) > 0)
    return NEVER;
  return link->last_output_us + THRU_LINK_HEARTBEAT_US;
}

static uint64_t
silence_deadline (const ThruLink *link)
{
  uint64_t deadline = link->last_input_us + link->silence_us;

  if (!is_open (link) || link->silence_us == 0)
    return NEVER;
  return deadline > link->grace_us ? deadline : link->grace_us;
}

static bool
give_open (ThruLink      *link,
           ThruLinkState  state,
           ThruLinkEvent *event)
{
  link->state = state;
  link->last_output_us = link->last_input_us;
  event->type = THRU_LINK_EVENT_OPEN;
  return true;
}

static bool
next_framed_opening (ThruLink      *link,
                     ThruLinkEvent *event)
{
  ThruDmidiPreface preface;

  switch (thru_dmidi_preface_parse (link->input + link->input_start, link->input_end - link->input_start, &preface))
    {
    case THRU_DMIDI_NEED_MORE:
      return false;

    case THRU_DMIDI_OK:
      break;

    case THRU_DMIDI_ERROR:
    default:
      close_link (link, THRU_LINK_REASON_NOT_DMIDI);
      return false;
    }

  link->input_start += THRU_DMIDI_PREFACE_SIZE;
  if (link->role == THRU_LINK_ACCEPTED && !send_preface (link))
    close_link (link, THRU_LINK_REASON_OVERFLOW);
  else if (preface.major != THRU_DMIDI_VERSION_MAJOR)
    close_link (link, THRU_LINK_REASON_VERSION);
  else
    return give_open (link, THRU_LINK_FRAMED, event);
  return false;
}

static bool
next_opening (ThruLink      *link,
              ThruLinkEvent *event)
{
  if (link->input_start == link->input_end)
    return false;

  switch (thru_dmidi_speaker (link->input[link->input_start]))
    {
    case THRU_DMIDI_SPEAKER_FRAMED:
      return next_framed_opening (link, event);

    case THRU_DMIDI_SPEAKER_PLAIN:
      return give_open (link, THRU_LINK_PLAIN, event);

    case THRU_DMIDI_SPEAKER_TLS:
      close_link (link, THRU_LINK_REASON_TLS);
      return false;

    case THRU_DMIDI_SPEAKER_UNKNOWN:
    default:
      close_link (link, THRU_LINK_REASON_NOT_DMIDI);
      return false;
    }
}

/* Turns a frame into an event; FALSE when it holds nothing to hand on. */
static bool
frame_to_event (const ThruLink       *link,
                const ThruDmidiFrame *frame,
                ThruLinkEvent        *event)
{
  if (frame->length == 0)
    return false;
  if (frame->address == THRU_DMIDI_ADDRESS_EVERYONE && frame->length == 1 && frame->payload[0] == ACTIVE_SENSING)
    return false;

  event->type = frame->address == THRU_DMIDI_ADDRESS_SESSION ? THRU_LINK_EVENT_SESSION : THRU_LINK_EVENT_MIDI;
  event->address = frame->address;
  event->time_us = frame->time_us;
  event->bytes = frame->payload;
  event->length = frame->length;
  if (event->type == THRU_LINK_EVENT_MIDI)
    event->age_us = thru_peer_clock_age (&link->clock, frame->time_us, link->last_input_us);
  return true;
}

static bool
next_framed (ThruLink      *link,
             ThruLinkEvent *event)
{
  while (link->input_start < link->input_end)
    {
      ThruDmidiFrame frame;
      size_t used = 0;

      switch (thru_dmidi_frame_parse (link->input + link->input_start,
                                      link->input_end - link->input_start,
                                      &frame, &used))
        {
        case THRU_DMIDI_OK:
          link->input_start += used;
          if (frame_to_event (link, &frame, event))
            return true;
          break;

        case THRU_DMIDI_NEED_MORE:
          return false;

        case THRU_DMIDI_ERROR:
        default:
          close_link (link, THRU_LINK_REASON_TOO_LONG);
          return false;
        }
    }
  return false;
}

/* FE is a realtime status and never data, so it may be taken out wherever it stands. */
static bool
next_plain (ThruLink      *link,
            ThruLinkEvent *event)
{
  uint8_t *bytes = link->input + link->input_start;
  size_t length = 0;

  for (size_t i = link->input_start; i < link->input_end; i++)
    if (link->input[i] != ACTIVE_SENSING)
      bytes[length++] = link->input[i];
  link->input_start = link->input_end;
  if (length == 0)
    return false;

  event->type = THRU_LINK_EVENT_MIDI;
  event->time_us = (uint32_t)link->last_input_us;
  event->bytes = bytes;
  event->length = length;
  return true;
}

static bool
next_closed (ThruLink      *link,
             ThruLinkEvent *event)
{
  if (link->closed_told)
    return false;
  link->closed_told = true;
  event->type = THRU_LINK_EVENT_CLOSED;
  event->reason = link->reason;
  return true;
}

ThruLink *
thru_link_new (ThruLinkRole role,
               uint64_t     now_us)
{
  ThruLink *link = malloc (sizeof *link);

  if (link == NULL)
    return NULL;
  memset (link, 0, sizeof *link);
  link->role = role;
  link->state = THRU_LINK_OPENING;
  link->opened_us = link->last_input_us = link->last_output_us = now_us;
  thru_octet_queue_init (&link->output, THRU_LINK_OUTPUT_MAX);
  if (role == THRU_LINK_DIALED && !send_preface (link))
    {
      thru_link_free (link);
      return NULL;
    }
  return link;
}

void
thru_link_free (ThruLink *link)
{
  if (link == NULL)
    return;
  thru_octet_queue_clear (&link->output);
  free (link);
}

ThruLinkState
thru_link_get_state (ThruLink *link)
{
  return link->state;
}

const char *
thru_link_reason_to_string (ThruLinkReason reason)
{
  switch (reason)
    {
    case THRU_LINK_REASON_NONE:
      return "none";

    case THRU_LINK_REASON_NOT_DMIDI:
      return "not DMIDI";

    case THRU_LINK_REASON_TLS:
      return "encryption is not offered";

    case THRU_LINK_REASON_VERSION:
      return "another version of the protocol";

    case THRU_LINK_REASON_MALFORMED:
      return "malformed frame";

    case THRU_LINK_REASON_TOO_LONG:
      return "frame too long";

    case THRU_LINK_REASON_SILENT:
      return "silent";

    case THRU_LINK_REASON_OPENING_TIMEOUT:
      return "no preface in time";

    case THRU_LINK_REASON_OVERFLOW:
      return "the other side does not read";

    default:
      return "unknown";
    }
}

uint8_t *
thru_link_input_buffer (ThruLink *link,
                        size_t   *room)
{
  size_t length = link->input_end - link->input_start;

  /* A whole frame fits from the start of the buffer, so a full buffer always holds one that can be taken. */
  if (link->input_start > 0)
    {
      memmove (link->input, link->input + link->input_start, length);
      link->input_start = 0;
      link->input_end = length;
    }
  *room = link->state == THRU_LINK_CLOSED ? 0 : sizeof link->input - length;
  return link->input + length;
}

void
thru_link_input_received (ThruLink *link,
                          size_t    length,
                          uint64_t  now_us)
{
  size_t room = sizeof link->input - link->input_end;

  if (link->state == THRU_LINK_CLOSED || length == 0)
    return;
  link->input_end += length < room ? length : room;
  link->last_input_us = now_us;
  link->grace_us = 0;
}

bool
thru_link_next_event (ThruLink      *link,
                      ThruLinkEvent *event)
{
  memset (event, 0, sizeof *event);

  if (link->state == THRU_LINK_OPENING && next_opening (link, event))
    return true;
  if (link->state == THRU_LINK_FRAMED && next_framed (link, event))
    return true;
  if (link->state == THRU_LINK_PLAIN && next_plain (link, event))
    return true;
  return link->state == THRU_LINK_CLOSED && next_closed (link, event);
}

const uint8_t *
thru_link_output (ThruLink *link,
                  size_t   *length)
{
  return thru_octet_queue_peek (&link->output, length);
}

void
thru_link_output_sent (ThruLink *link,
                       size_t    length,
                       uint64_t  now_us)
{
  size_t left;

  if (length > 0)
    {
      thru_octet_queue_consume (&link->output, length);
      link->last_output_us = now_us;
    }

  left = thru_octet_queue_length (&link->output);
  link->marked -= length < link->marked ? length : link->marked;
  if (left > 0 && (!link->blocked || link->marked == 0))
    {
      link->marked = left;
      link->marked_us = now_us;
    }
  link->blocked = left > 0;
}

/* What is in the output can not be taken back any more: notes that may grow too old must wait elsewhere. */
static bool
is_backed_up (const ThruLink *link,
              uint64_t        now_us)
{
  return link->blocked &&
         (thru_octet_queue_length (&link->output) > THRU_LINK_BACKLOG_MAX ||
          now_us > link->marked_us + THRU_LINK_BACKLOG_US);
}

bool
thru_link_send_timed_midi (ThruLink      *link,
                           uint32_t       address,
                           const uint8_t *message,
                           size_t         length,
                           uint64_t       time_us,
                           uint64_t       now_us)
{
  size_t n_frames = (length + THRU_DMIDI_PAYLOAD_MAX - 1) / THRU_DMIDI_PAYLOAD_MAX;
  size_t needed = length + (link->state == THRU_LINK_FRAMED ? n_frames * THRU_DMIDI_FRAME_HEADER_SIZE : 0);

  if (!is_open (link) || length == 0 || is_backed_up (link, now_us))
    return false;
  if (!thru_octet_queue_reserve (&link->output, needed, THRU_LINK_OUTPUT_RESERVE))
    return false;

  link->last_output_us = now_us;
  if (link->state == THRU_LINK_PLAIN)
    return thru_octet_queue_append (&link->output, message, length);

  for (size_t sent = 0; sent < length; sent += THRU_DMIDI_PAYLOAD_MAX)
    {
      size_t rest = length - sent;

      append_frame (link, address, message + sent,
                    rest < THRU_DMIDI_PAYLOAD_MAX ? rest : THRU_DMIDI_PAYLOAD_MAX, time_us);
    }
  return true;
}

bool
thru_link_send_midi (ThruLink      *link,
                     uint32_t       address,
                     const uint8_t *message,
                     size_t         length,
                     uint64_t       now_us)
{
  return thru_link_send_timed_midi (link, address, message, length, now_us, now_us);
}

void
thru_link_take_pong (ThruLink *link,
                     uint64_t  t1,
                     uint64_t  t2,
                     uint64_t  now_us)
{
  thru_peer_clock_answer (&link->clock, t1, t2, now_us);
}

bool
thru_link_send_session (ThruLink   *link,
                        const char *json,
                        size_t      length,
                        uint64_t    now_us)
{
  if (link->state != THRU_LINK_FRAMED || length == 0 || length > THRU_DMIDI_PAYLOAD_MAX)
    return false;
  if (!thru_octet_queue_reserve (&link->output, THRU_DMIDI_FRAME_HEADER_SIZE + length, 0))
    {
      close_link (link, THRU_LINK_REASON_OVERFLOW);
      return false;
    }

  append_frame (link, THRU_DMIDI_ADDRESS_SESSION, (const uint8_t *)json, length, now_us);
  link->last_output_us = now_us;
  return true;
}

void
thru_link_set_peer_heartbeat (ThruLink *link,
                              uint64_t  us)
{
  if (us > PROMISE_MAX_US)
    us = PROMISE_MAX_US;
  link->silence_us = us * MISSED_HEARTBEATS;
  if (us > 0 && link->silence_us < THRU_LINK_SILENCE_US)
    link->silence_us = THRU_LINK_SILENCE_US;
}

uint64_t
thru_link_deadline (ThruLink *link)
{
  uint64_t heartbeat;
  uint64_t silence;

  if (link->state == THRU_LINK_OPENING)
    return link->opened_us + THRU_LINK_PREFACE_US;
  heartbeat = heartbeat_deadline (link);
  silence = silence_deadline (link);
  return heartbeat < silence ? heartbeat : silence;
}

void
thru_link_tick (ThruLink *link,
                uint64_t  now_us)
{
  static const uint8_t heartbeat[] = { ACTIVE_SENSING };
  uint64_t silence = silence_deadline (link);

  if (link->state == THRU_LINK_OPENING && now_us >= link->opened_us + THRU_LINK_PREFACE_US)
    close_link (link, THRU_LINK_REASON_OPENING_TIMEOUT);

  if (silence != NEVER && now_us >= silence)
    {
      /* After a hold-up of our own, what they sent meanwhile still waits in the socket: let it be read first. Once
       * only, for a host that is always late shall notice too. */
      if (now_us - silence >= LATE_TICK_US && link->grace_us == 0)
        link->grace_us = now_us + THRU_LINK_HEARTBEAT_US;
      else
        close_link (link, THRU_LINK_REASON_SILENT);
    }

  if (now_us >= heartbeat_deadline (link) &&
      thru_octet_queue_reserve (&link->output, THRU_DMIDI_FRAME_HEADER_SIZE + sizeof heartbeat, 0))
    append_frame (link, THRU_DMIDI_ADDRESS_EVERYONE, heartbeat, sizeof heartbeat, now_us);
}
