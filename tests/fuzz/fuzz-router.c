/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "fuzz.h"
#include "thru-midi-ledger.h"
#include "thru-midi-message.h"
#include "thru-router.h"

#include <string.h>

/* Commands, one octet each with what it needs behind it: sources and destinations come and go, are connected, played,
 * blocked. Every message that arrives is well-formed, and after a release of all nothing sounds anywhere. */

#define N_SOURCES 3
#define N_SYNTHS 2
#define FLOOD_LENGTH 3900
#define FLOOD_EVERY 16
#define COMMANDS_MAX 100
#define PIECE 256
#define LONG_LENGTH 1500

typedef struct
{
  ThruMidiLedger ledger;
  unsigned       room; /* messages, or pieces of one, that it still takes */
  size_t         at;   /* octets of a long System Exclusive that it was given */
} Synth;

typedef struct
{
  ThruRouter *router;
  Synth       synths[N_SYNTHS];
  bool        flooded; /* no more */
  uint64_t    now_us;
} Subject;

enum
{
  PLAY,
  CONNECT,
  DISCONNECT,
  ADD_SOURCE,
  REMOVE_SOURCE,
  ADD_DESTINATION,
  REMOVE_DESTINATION,
  GAP,
  PANIC,
  ROOM,
  FLOOD,
  FLUSH,
  LONG,
  CANCEL,
  N_COMMANDS,
};

static bool
synth_send (void          *user,
            const uint8_t *message,
            size_t         length,
            uint64_t       time_us)
{
  Synth *synth = user;

  fuzz_assert (length > 0 && message[0] >= 0x80 && message[0] != 0xfe);
  fuzz_assert (synth->at == 0 || message[0] >= 0xf8);
  fuzz_assert (message[0] == 0xf0 ? message[length - 1] == 0xf7 : length == thru_midi_message_length (message[0]));
  for (size_t i = 1; i + 1 < length; i++)
    fuzz_assert (message[i] < 0x80);

  if (synth->room == 0)
    return false;
  synth->room--;
  thru_midi_ledger_record (&synth->ledger, message, length);
  return true;
}

static size_t
synth_take (void          *user,
            const uint8_t *octets,
            size_t         length,
            size_t         at,
            uint64_t       time_us)
{
  Synth *synth = user;
  size_t n = length - at < PIECE ? length - at : PIECE;

  fuzz_assert (at == synth->at && at < length);
  fuzz_assert (octets[0] == 0xf0 && octets[length - 1] == 0xf7);
  if (synth->room == 0)
    return 0;
  synth->room--;
  synth->at = at + n < length ? at + n : 0;
  return n;
}

static bool
synth_break_off (void *user)
{
  Synth *synth = user;

  fuzz_assert (synth->at > 0);
  if (synth->room == 0)
    return false;
  synth->room--;
  synth->at = 0;
  return true;
}

static uint64_t
synth_duration (void  *user,
                size_t length)
{
  return length * 320;
}

static const ThruSysexFuncs synth_funcs = {
  .take = synth_take,
  .break_off = synth_break_off,
  .duration = synth_duration,
};

/* The second one takes long System Exclusive in pieces. */
static void
add_destination (Subject *subject,
                 unsigned i)
{
  if (thru_router_add_destination (subject->router, 1 + i, synth_send, &subject->synths[i], NULL))
    {
      thru_midi_ledger_init (&subject->synths[i].ledger);
      subject->synths[i].at = 0;
      if (i == 1)
        thru_router_set_sysex (subject->router, 1 + i, &synth_funcs, LONG_LENGTH);
    }
}

static void
play (Subject   *subject,
      FuzzInput *input)
{
  unsigned source = 1 + fuzz_take (input) % N_SOURCES;
  size_t length;
  const uint8_t *octets = fuzz_take_some (input, &length);

  thru_router_input (subject->router, source, subject->now_us, octets, length);
}

/* More than a queue holds, which the fuzzer's inputs are too short for. It takes its time: hence
 * only for a destination that takes nothing, once an input, and for one length of input in FLOOD_EVERY. */
static void
flood (Subject   *subject,
       FuzzInput *input)
{
  const uint8_t message[] = {
    (uint8_t) (0x80 | (fuzz_take (input) & 0x7f)), (uint8_t) (fuzz_take (input) & 0x7f), (uint8_t) (fuzz_take (input) & 0x7f)
  };

  if (subject->synths[0].room > 0 || subject->flooded)
    return;
  subject->flooded = true;
  for (unsigned i = 0; i < FLOOD_LENGTH; i++)
    thru_router_input (subject->router, 1, subject->now_us, message, sizeof message);
}

/* A System Exclusive that is long, or one octet too long, or not finished. */
static void
play_long (Subject   *subject,
           FuzzInput *input)
{
  static const uint8_t sysex[LONG_LENGTH + 1] = { 0xf0 };
  static const uint8_t end = 0xf7;
  uint8_t octet = fuzz_take (input);
  unsigned source = 1 + octet % N_SOURCES;

  thru_router_input (subject->router, source, subject->now_us, sysex, sizeof sysex - 2 + octet / N_SOURCES % 2);
  if (octet & 0x80)
    thru_router_input (subject->router, source, subject->now_us, &end, 1);
}

static void
run_port_command (Subject   *subject,
                  FuzzInput *input,
                  uint8_t    command)
{
  uint8_t octet = fuzz_take (input);
  unsigned source = 1 + octet % N_SOURCES;
  unsigned synth = octet / N_SOURCES % N_SYNTHS;

  switch (command)
    {
    case CONNECT:
      thru_router_connect (subject->router, source, 1 + synth, NULL);
      break;

    case DISCONNECT:
      thru_router_disconnect (subject->router, source, 1 + synth, 0);
      break;

    case ADD_SOURCE:
      thru_router_add_source (subject->router, source, NULL);
      break;

    case REMOVE_SOURCE:
      thru_router_remove_source (subject->router, source, 0);
      break;

    case ADD_DESTINATION:
      add_destination (subject, synth);
      break;

    case REMOVE_DESTINATION:
      if (thru_router_remove_destination (subject->router, 1 + synth))
        {
          thru_midi_ledger_init (&subject->synths[synth].ledger);
          subject->synths[synth].at = 0;
        }
      break;

    case CANCEL:
      thru_router_cancel_sysex (subject->router, 1 + synth);
      break;

    case GAP:
      thru_router_input_gap (subject->router, source, 0);
      break;

    default:
      subject->synths[synth].room = octet;
      break;
    }
}

static void
run (Subject   *subject,
     FuzzInput *input)
{
  uint8_t command = fuzz_take (input) % N_COMMANDS;

  switch (command)
    {
    case PLAY:
      play (subject, input);
      break;

    case FLOOD:
      flood (subject, input);
      break;

    case LONG:
      play_long (subject, input);
      break;

    case PANIC:
      thru_router_panic (subject->router, 0);
      break;

    case FLUSH:
      /* So that what waits grows too old after some of these. */
      subject->now_us += 100000;
      thru_router_flush (subject->router, subject->now_us);
      break;

    default:
      run_port_command (subject, input, command);
      break;
    }
}

static void
check_rest (Subject *subject)
{
  thru_router_release_all (subject->router, 0);
  fuzz_assert (thru_router_n_held (subject->router) == 0);
  for (unsigned i = 0; i < N_SYNTHS; i++)
    subject->synths[i].room = UINT32_MAX;
  fuzz_assert (thru_router_flush (subject->router, 0));
  for (unsigned i = 0; i < N_SYNTHS; i++)
    fuzz_assert (!thru_midi_ledger_is_sounding (&subject->synths[i].ledger) && subject->synths[i].at == 0);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data,
                        size_t         size)
{
  FuzzInput input = { data, size };
  Subject subject = { .router = thru_router_new (), .flooded = size % FLOOD_EVERY != 0 };

  fuzz_assert (subject.router != NULL);
  for (unsigned i = 0; i < N_SOURCES; i++)
    thru_router_add_source (subject.router, 1 + i, NULL);
  for (unsigned i = 0; i < N_SYNTHS; i++)
    {
      subject.synths[i].room = UINT32_MAX;
      add_destination (&subject, i);
      thru_router_connect (subject.router, 1 + i, 1 + i, NULL);
    }

  for (unsigned i = 0; i < COMMANDS_MAX && input.size > 0; i++)
    run (&subject, &input);
  check_rest (&subject);
  thru_router_free (subject.router);
  return 0;
}
