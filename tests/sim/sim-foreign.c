/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "sim-foreign.h"

#include "sim-log.h"

#include <string.h>

#define REDIAL_MS 300
#define ACTIVE_SENSING 0xfe

static void
message_cb (const uint8_t *message,
            size_t         length,
            void          *user)
{
  SimForeign *foreign = user;

  sim_synth_send (&foreign->synth, message, length, 0);
}

void
sim_foreign_init (SimForeign *foreign,
                  SimPlayer  *player,
                  unsigned    synth,
                  bool        dials)
{
  memset (foreign, 0, sizeof *foreign);
  foreign->player = player;
  foreign->dials = dials;
  foreign->dial_ms = dials ? 0 : SIM_NEVER;
  sim_synth_init (&foreign->synth, synth);
  foreign->synth.lenient_until_ms = SIM_NEVER; /* nobody tells it how old anything is */
  thru_midi_parser_init (&foreign->parser, THRU_MIDI_SYSEX_MAX);
}

void
sim_foreign_clear (SimForeign *foreign)
{
  thru_midi_parser_clear (&foreign->parser);
}

void
sim_foreign_connect (SimForeign *foreign,
                     SimWire    *in,
                     SimWire    *out)
{
  foreign->in = in;
  foreign->out = out;
  foreign->waiting[0] = ACTIVE_SENSING;
  foreign->n_waiting = 1;
  sim_player_new_cable (foreign->player);
}

void
sim_foreign_disconnect (SimForeign *foreign,
                        SimRandom  *random,
                        uint64_t    now_ms)
{
  sim_log (now_ms, "plain speaker: disconnected");
  foreign->out->closed = true;
  foreign->in = foreign->out = NULL;
  foreign->n_waiting = 0;
  thru_midi_parser_reset (&foreign->parser);
  sim_synth_reset (&foreign->synth);
  foreign->dial_ms = foreign->dials ? now_ms + sim_random_gap (random, REDIAL_MS) : SIM_NEVER;
}

void
sim_foreign_play (SimForeign *foreign)
{
  if (foreign->in == NULL)
    return;
  memcpy (foreign->waiting + foreign->n_waiting, foreign->player->octets, foreign->player->length);
  foreign->n_waiting += foreign->player->length;
}

static void
read_all (SimForeign *foreign)
{
  uint8_t octets[4096];
  size_t length;

  while ((length = sim_wire_read (foreign->in, octets, sizeof octets)) > 0)
    thru_midi_parser_feed (&foreign->parser, octets, length, message_cb, foreign);
}

void
sim_foreign_run (SimForeign *foreign,
                 SimRandom  *random,
                 uint64_t    now_ms)
{
  size_t written;

  if (foreign->in == NULL)
    return;
  read_all (foreign);
  written = sim_wire_write (foreign->out, foreign->waiting, foreign->n_waiting);
  foreign->n_waiting -= written;
  memmove (foreign->waiting, foreign->waiting + written, foreign->n_waiting);
  if (sim_wire_is_ended (foreign->in, now_ms))
    sim_foreign_disconnect (foreign, random, now_ms);
}

uint64_t
sim_foreign_due (const SimForeign *foreign,
                 uint64_t          now_ms)
{
  if (foreign->in == NULL)
    return foreign->dial_ms > now_ms ? foreign->dial_ms : now_ms + 1;
  if (foreign->n_waiting > 0 || foreign->in->ready > 0 || sim_wire_is_ended (foreign->in, now_ms + 1))
    return now_ms + 1;
  return foreign->in->dead ? foreign->in->broken_ms : SIM_NEVER;
}
