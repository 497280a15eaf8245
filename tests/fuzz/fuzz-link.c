/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz.h"
#include "thru-dmidi-frame.h"
#include "thru-link.h"

#include <string.h>

/* The first octet picks the role of the first link; then come commands, for a second one when their highest bit is set: connect,
 * feed, advance the clock, send, carry to the other one, close. Whatever is done to a link: its memory is bounded, its events are
 * in order and lie in its buffer, and after a tick the next is later. */

#define ADDRESS 0x80000001u
#define N_LINKS 2
#define START_US 10000000

typedef struct
{
  ThruLink *link;   /* NULL: not connected */
  uint64_t  now_us;
  bool      opened;
  bool      closed;
} Subject;

enum
{
  FEED,
  FEED_PREFACE,
  FEED_FRAME,
  TICK,
  SEND_MIDI,
  SEND_SESSION,
  SENT,
  PROMISE,
  CONNECT,
  CLOSE,
  CARRY,
  PONG,
  SEND_LATE_MIDI,
  N_COMMANDS,
};

static void
check_bytes (const Subject       *subject,
             const ThruLinkEvent *event)
{
  bool plain = thru_link_get_state (subject->link) == THRU_LINK_PLAIN;

  fuzz_assert (subject->opened);
  fuzz_assert (event->bytes != NULL && event->length > 0);
  fuzz_assert (event->length <= (plain ? THRU_DMIDI_FRAME_MAX : THRU_DMIDI_PAYLOAD_MAX));
  fuzz_assert (!plain || event->address == 0);
  for (size_t i = 0; i < event->length; i++)
    fuzz_assert (!plain || event->bytes[i] != 0xfe);
}

static void
check_event (Subject             *subject,
             const ThruLinkEvent *event)
{
  fuzz_assert (!subject->closed);
  switch (event->type)
    {
    case THRU_LINK_EVENT_OPEN:
      fuzz_assert (!subject->opened);
      subject->opened = true;
      break;

    case THRU_LINK_EVENT_SESSION:
      fuzz_assert (event->address == THRU_DMIDI_ADDRESS_SESSION);
      check_bytes (subject, event);
      break;

    case THRU_LINK_EVENT_MIDI:
      check_bytes (subject, event);
      break;

    case THRU_LINK_EVENT_CLOSED:
      fuzz_assert (event->reason != THRU_LINK_REASON_NONE);
      subject->closed = true;
      break;

    case THRU_LINK_EVENT_NONE:
    default:
      fuzz_assert (false);
    }
}

static void
check (Subject *subject)
{
  ThruLinkEvent event;
  size_t length;
  size_t room;

  while (thru_link_next_event (subject->link, &event))
    check_event (subject, &event);
  fuzz_assert (event.type == THRU_LINK_EVENT_NONE);
  fuzz_assert (subject->closed == (thru_link_get_state (subject->link) == THRU_LINK_CLOSED));

  fuzz_assert ((thru_link_output (subject->link, &length) == NULL) == (length == 0));
  fuzz_assert (length <= THRU_LINK_OUTPUT_MAX);
  thru_link_input_buffer (subject->link, &room);
  fuzz_assert (room <= THRU_DMIDI_FRAME_MAX);
  fuzz_assert (subject->closed ? room == 0 : room > 0);
}

static void
feed (Subject       *subject,
      const uint8_t *bytes,
      size_t         length)
{
  size_t room;
  uint8_t *buffer = thru_link_input_buffer (subject->link, &room);

  if (length > room)
    length = room;
  if (length > 0)
    memcpy (buffer, bytes, length);
  thru_link_input_received (subject->link, length, subject->now_us);
}

static void
feed_from_input (Subject   *subject,
                 FuzzInput *input)
{
  size_t length;
  const uint8_t *octets = fuzz_take_some (input, &length);

  feed (subject, octets, length);
}

static void
feed_preface (Subject *subject)
{
  uint8_t preface[THRU_DMIDI_PREFACE_SIZE];

  thru_dmidi_preface_write (preface);
  feed (subject, preface, sizeof preface);
}

/* A well-formed frame, and often a long one, which the fuzzer would hardly find. */
static void
feed_frame (Subject   *subject,
            FuzzInput *input)
{
  static uint8_t frame[THRU_DMIDI_FRAME_MAX];
  uint32_t address = fuzz_take (input) % 2 ? ADDRESS : THRU_DMIDI_ADDRESS_SESSION;
  size_t length = (size_t) fuzz_take (input) * 33 % (THRU_DMIDI_PAYLOAD_MAX + 1);

  thru_dmidi_frame_header_write (frame, address, 0, length);
  feed (subject, frame, THRU_DMIDI_FRAME_HEADER_SIZE + length);
}

static void
tick (Subject   *subject,
      FuzzInput *input)
{
  bool was_closed = subject->closed;

  subject->now_us += (uint64_t) fuzz_take (input) << 13;
  thru_link_tick (subject->link, subject->now_us);
  fuzz_assert (thru_link_deadline (subject->link) > subject->now_us);
  fuzz_assert (!was_closed || thru_link_deadline (subject->link) == UINT64_MAX);
}

static void
send_midi (Subject   *subject,
           FuzzInput *input,
           uint64_t   late_us)
{
  static const uint8_t message[64 * 1024];
  size_t length = 1 + (size_t) fuzz_take (input) * 257;
  size_t before;
  size_t after;
  bool sent;

  thru_link_output (subject->link, &before);
  sent = thru_link_send_timed_midi (subject->link, ADDRESS, message, length, subject->now_us - late_us, subject->now_us);
  thru_link_output (subject->link, &after);
  fuzz_assert (sent ? after >= before + length : after == before);
  fuzz_assert (!sent || after <= THRU_LINK_OUTPUT_MAX - THRU_LINK_OUTPUT_RESERVE);
}

static void
connect_link (Subject *subject,
              uint8_t  role)
{
  thru_link_free (subject->link);
  subject->link = thru_link_new (role % 2 ? THRU_LINK_DIALED : THRU_LINK_ACCEPTED, subject->now_us);
  subject->opened = subject->closed = false;
  fuzz_assert (subject->link != NULL);
}

static void
close_link (Subject *subject)
{
  thru_link_free (subject->link);
  subject->link = NULL;
}

/* What one has for its socket comes out of the other's. */
static void
carry (Subject *from,
       Subject *to,
       size_t   max)
{
  size_t length;
  size_t room;
  const uint8_t *octets = thru_link_output (from->link, &length);

  if (to->link == NULL)
    return;
  thru_link_input_buffer (to->link, &room);
  if (length > max)
    length = max;
  if (length > room)
    length = room;
  feed (to, octets, length);
  thru_link_output_sent (from->link, length, from->now_us);
}

static void
run_for_link (Subject   *subject,
              Subject   *other,
              FuzzInput *input,
              unsigned   command)
{
  static const char json[THRU_DMIDI_PAYLOAD_MAX + 256];
  uint64_t ahead_us;

  switch (command)
    {
    case FEED:
      feed_from_input (subject, input);
      break;

    case FEED_PREFACE:
      feed_preface (subject);
      break;

    case FEED_FRAME:
      feed_frame (subject, input);
      break;

    case TICK:
      tick (subject, input);
      break;

    case SEND_MIDI:
      send_midi (subject, input, 0);
      break;

    case SEND_LATE_MIDI:
      send_midi (subject, input, (uint64_t) fuzz_take (input) << 12);
      break;

    case SEND_SESSION:
      thru_link_send_session (subject->link, json, (size_t) fuzz_take (input) * 33, subject->now_us);
      break;

    case SENT:
      thru_link_output_sent (subject->link, (size_t) fuzz_take (input) * 65, subject->now_us);
      break;

    case CARRY:
      carry (subject, other, 1 + (size_t) fuzz_take (input) * 65);
      break;

    case PONG:
      ahead_us = (uint64_t) fuzz_take (input) << (fuzz_take (input) % 57);
      thru_link_take_pong (subject->link, subject->now_us - ((uint64_t) fuzz_take (input) << 11), subject->now_us + ahead_us,
                           subject->now_us);
      break;

    case CLOSE:
      close_link (subject);
      break;

    default:
      thru_link_set_peer_heartbeat (subject->link, (uint64_t) fuzz_take (input) << (fuzz_take (input) % 57));
      break;
    }
}

/* One clock for both. */
static void
run (Subject    subjects[N_LINKS],
     FuzzInput *input)
{
  uint8_t octet = fuzz_take (input);
  unsigned command = (octet & 0x7f) % N_COMMANDS;
  Subject *subject = &subjects[octet >> 7];
  Subject *other = &subjects[1 - (octet >> 7)];

  if (command == CONNECT)
    connect_link (subject, fuzz_take (input));
  else if (subject->link != NULL)
    run_for_link (subject, other, input, command);
  other->now_us = subject->now_us;

  for (unsigned i = 0; i < N_LINKS; i++)
    if (subjects[i].link != NULL)
      check (&subjects[i]);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  Subject subjects[N_LINKS] = { { .now_us = START_US }, { .now_us = START_US } };

  connect_link (&subjects[0], fuzz_take (&input));
  while (input.size > 0)
    run (subjects, &input);
  for (unsigned i = 0; i < N_LINKS; i++)
    close_link (&subjects[i]);
  return 0;
}
