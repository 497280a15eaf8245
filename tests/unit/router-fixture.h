/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-midi-ledger.h"
#include "thru-router.h"

#include <glib.h>

G_BEGIN_DECLS

#define SYNTH_ALL G_MAXSIZE
#define SYNTH_PIECE 256

/* A destination that notes down what it is sent, and takes only as much as it is told to. */
typedef struct
{
  GByteArray    *octets;          /* all of them */
  GString       *log;             /* "90 3c 64, 80 3c 40", of each the first four; without what came in pieces */
  guint          n_messages;
  guint          last_length;
  gint           held[16][128];   /* note-ons without their note-off, whatever else came */
  ThruMidiLedger ledger;
  gint           room;            /* messages it still takes; -1: any number */

  /* Of long System Exclusive, when it takes that in pieces. */
  gsize          piece_room;      /* octets it still takes; SYNTH_ALL: any number */
  gboolean       is_slow;
  gboolean       may_break;
  guint          n_broken;
  gboolean       in_sysex;
} Synth;

/* Sources 1 and 2, destinations 1 and 2, no routes. */
typedef struct
{
  ThruRouter *router;
  Synth       synths[2];
} RouterFixture;

/* For thru_router_set_sysex(): in pieces of SYNTH_PIECE. It fails the test when anything but realtime comes between them. */
extern const ThruSysexFuncs synth_sysex_funcs;

void synth_init         (Synth         *synth);
void synth_clear        (Synth         *synth);

/* A ThruRouterSendFunc for a Synth. */
bool synth_send         (void          *user,
                         const uint8_t *message,
                         size_t         length,
                         uint64_t       time_us);

/* Notes that were not ended by a note-off of their own. */
gint synth_n_held       (const Synth   *synth);

void router_set_up      (RouterFixture *fixture,
                         gconstpointer  data);
void router_tear_down   (RouterFixture *fixture,
                         gconstpointer  data);

/* Makes a route. */
void patch              (RouterFixture *fixture,
                         guint          source,
                         guint          destination);

/* At time 0. */
void play               (RouterFixture *fixture,
                         guint          source,
                         const char    *octets,
                         size_t         length);
#define PLAY(fixture, source, octets) play (fixture, source, octets, sizeof octets - 1)

/* Up to the first octet 0. */
void play_at            (RouterFixture *fixture,
                         guint          source,
                         guint64        time_ms,
                         const char    *octets);

/* What came there since the last call. */
void assert_log         (RouterFixture *fixture,
                         guint          destination,
                         const char    *expected);

G_END_DECLS
