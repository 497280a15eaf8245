/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "thru-router.h"

#include "thru-midi-ledger.h"

#include <glib.h>

G_BEGIN_DECLS

/* A router, sources and destinations 1 to 3, a clock, and what comes back. */

#define MS 1000
#define START_US (1000 * MS)
#define SECOND_US (1000 * MS)

/* Octets that reach a source at their time. */
typedef struct
{
  guint64 time_us;
  guint   source;
  guint8  octets[3];
  guint   length;
} LoopEvent;

/* Destinations 1 to 3: what reaches one is noted down, and comes back into a source when it is in a loop. */
typedef struct
{
  GArray        *schedule;  /* where it puts what comes back */
  const guint64 *now_us;
  const guint8  *mark_note;
  guint          returns_to; /* source; 0: it is in no loop */
  guint64        away_us;
  guint          jitter; /* percent, of that */
  guint32        random;
  guint          n_marks; /* note-offs of a note that nobody plays, which are no music */
  GByteArray    *heard;
  guint64        latest_us; /* the longest that something took to it */
  ThruMidiLedger ledger;
} LoopDevice;

typedef struct
{
  ThruRouter *router;
  ThruMeter  *meters[4]; /* of the routes from source 1, by their destination */
  LoopDevice      devices[4];
  GArray     *schedule;  /* (element-type LoopEvent) */
  GByteArray *played;    /* what came into source 1 */
  guint64     now_us;
  guint8      mark_note; /* marks have this one, while nobody plays it; 0 at first */
  guint64     muted_us;  /* when it was told; 0: nothing was muted */
  guint       n_muted;
  ThruMeter  *muted;
} LoopFixture;

void loop_fixture_set_up           (LoopFixture  *fixture,
                                    gconstpointer data);
void loop_fixture_tear_down        (LoopFixture  *fixture,
                                    gconstpointer data);

/* A route from source 1. */
void loop_fixture_connect          (LoopFixture  *fixture,
                                    guint         destination);

/* What comes out of @destination comes back into source 1. */
void loop_fixture_close            (LoopFixture  *fixture,
                                    guint         destination,
                                    guint64       away_us);
void loop_fixture_schedule         (LoopFixture  *fixture,
                                    guint         source,
                                    guint64       at_us,
                                    guint8        status,
                                    guint8        data1,
                                    guint8        data2);
void loop_fixture_schedule_note    (LoopFixture  *fixture,
                                    guint64       at_us,
                                    guint64       length_us,
                                    guint8        note,
                                    guint8        velocity);
void loop_fixture_run              (LoopFixture  *fixture,
                                    guint64       duration_us);

/* A ThruRouterSendFunc for a LoopDevice. */
bool loop_fixture_send             (void         *user,
                                    const uint8_t *message,
                                    size_t        length,
                                    uint64_t      time_us);

/* Destination 1 heard all that was played, in order, and nothing was muted. */
void loop_fixture_assert_untouched (LoopFixture  *fixture);

G_END_DECLS
