/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-pace.h"

#define START_US (10 * G_USEC_PER_SEC)
#define RATE 3125
#define PIECE 64

/* Waits as it is told and sends then. Returns: the time of that. */
static gint64
send_by_cable (ThruCablePace *pace,
               gsize          length,
               gint64         now_us)
{
  now_us += thru_cable_pace_get_delay (pace, now_us);
  g_assert_cmpint (thru_cable_pace_get_delay (pace, now_us), ==, 0);
  thru_cable_pace_charge (pace, length, now_us);
  return now_us;
}

static void
test_no_cable (void)
{
  ThruCablePace pace = { 0 };

  for (guint i = 0; i < 1000; i++)
    g_assert_cmpint (send_by_cable (&pace, 1000, START_US), ==, START_US);
}

static void
test_cable_rate (void)
{
  ThruCablePace pace = { .rate = RATE };
  gint64 now_us = START_US;

  for (guint i = 0; i < 1000; i++)
    {
      now_us = send_by_cable (&pace, PIECE, now_us);
      g_assert_cmpint (now_us, ==, START_US + (gint64) i * PIECE * G_USEC_PER_SEC / RATE);
    }
}

static void
test_cable_saves_nothing_up (void)
{
  ThruCablePace pace = { .rate = RATE };
  gint64 now_us = send_by_cable (&pace, PIECE, START_US);

  now_us = send_by_cable (&pace, PIECE, now_us + 100 * G_USEC_PER_SEC);
  g_assert_cmpint (thru_cable_pace_get_delay (&pace, now_us), ==, PIECE * G_USEC_PER_SEC / RATE);
}

static void
test_cable_is_shared (void)
{
  ThruCablePace pace = { .rate = RATE };
  gint64 before_us;

  send_by_cable (&pace, PIECE, START_US);
  before_us = thru_cable_pace_get_delay (&pace, START_US);
  thru_cable_pace_charge (&pace, 3, START_US);
  g_assert_cmpint (thru_cable_pace_get_delay (&pace, START_US), ==, before_us + 3 * G_USEC_PER_SEC / RATE);
}

/* A receiver of ALSA's that reads one cell in 100 us, and loses what has no room in its 200. */
typedef struct
{
  gint64 fill;
  gint64 at_us;
} Receiver;

static void
receive (Receiver *receiver,
         gsize     length,
         gint64    now_us)
{
  gint64 read = (now_us - receiver->at_us) / 100;

  receiver->fill = MAX (0, receiver->fill - read) + (length <= 12 ? 1 : 1 + (gint64) (length + 27) / 28);
  receiver->at_us += read * 100;
  g_assert_cmpint (receiver->fill, <, 200);
}

static gint64
send_in_cells (ThruCellPace *pace,
               gsize         length,
               gint64        now_us)
{
  guint64 delay_us;

  while ((delay_us = thru_cell_pace_get_delay (pace, length, now_us)) > 0)
    now_us += (gint64) delay_us;
  thru_cell_pace_charge (pace, length, now_us);
  return now_us;
}

static void
test_cells_never_overflow (void)
{
  for (guint seed = 1; seed <= 50; seed++)
    {
      g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
      Receiver receiver = { .at_us = START_US };
      ThruCellPace pace;
      gint64 now_us = START_US;

      thru_cell_pace_init (&pace);
      for (guint i = 0; i < 1000; i++)
        {
          gsize length = i % 300 < 250 ? 3 : (gsize) g_rand_int_range (rand, 1, 257);

          now_us = send_in_cells (&pace, length, now_us);
          receive (&receiver, length, now_us);
          now_us += g_rand_int_range (rand, 0, 100) == 0 ? g_rand_int_range (rand, 0, 30000) : 0;
        }
    }
}

static void
test_cells_of_a_burst (void)
{
  ThruCellPace pace;

  thru_cell_pace_init (&pace);
  for (guint i = 0; i < THRU_CELL_PACE_ROOM; i++)
    g_assert_cmpint (send_in_cells (&pace, 3, START_US), ==, START_US);
  g_assert_cmpint (send_in_cells (&pace, 3, START_US), ==, START_US + THRU_CELL_PACE_CELL_US);
}

static void
test_long_ones_keep_apart (void)
{
  ThruCellPace pace;
  gint64 now_us = START_US;

  thru_cell_pace_init (&pace);
  now_us = send_in_cells (&pace, 256, now_us);
  for (guint i = 0; i < 100; i++)
    {
      gint64 last_us = now_us;

      now_us = send_in_cells (&pace, 256, now_us);
      g_assert_cmpint (now_us - last_us, ==, THRU_CELL_PACE_LONG_US);
    }
}

/* What was sent in a cycle is in the ring until the second after it. */
static void
test_ring_never_overflows (void)
{
  g_autoptr(GRand) rand = g_rand_new_with_seed (1);
  ThruCyclePace pace = { 0 };
  gsize sent[2] = { 0 };
  guint64 cycle = 1000;

  for (guint i = 0; i < 100000; i++)
    {
      gsize length = g_rand_boolean (rand) ? 3 : (gsize) g_rand_int_range (rand, 1, 16001);

      for (guint n = (guint) g_rand_int_range (rand, 0, 3); n > 0; n--, cycle++)
        {
          sent[0] = sent[1];
          sent[1] = 0;
        }
      if (!thru_cycle_pace_has_room (&pace, length, cycle))
        continue;
      thru_cycle_pace_charge (&pace, length);
      sent[1] += length + 4;
      g_assert_cmpuint (sent[0] + sent[1], <=, 16383);
    }
}

static void
test_ring_empties (void)
{
  ThruCyclePace pace = { 0 };

  for (guint64 cycle = 1; cycle < 100; cycle += 2)
    {
      g_assert_true (thru_cycle_pace_has_room (&pace, 16000, cycle));
      thru_cycle_pace_charge (&pace, 16000);
      g_assert_false (thru_cycle_pace_has_room (&pace, 16000, cycle));
      g_assert_false (thru_cycle_pace_has_room (&pace, 16000, cycle + 1));
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/devices/pace/without-a-cable-nothing-waits", test_no_cable);
  g_test_add_func ("/devices/pace/cable-carries-its-rate-and-no-more", test_cable_rate);
  g_test_add_func ("/devices/pace/quiet-cable-saves-nothing-up", test_cable_saves_nothing_up);
  g_test_add_func ("/devices/pace/notes-have-their-share-of-the-cable", test_cable_is_shared);
  g_test_add_func ("/devices/pace/receiver-of-alsa-never-overflows", test_cells_never_overflow);
  g_test_add_func ("/devices/pace/chord-for-alsa-goes-at-once", test_cells_of_a_burst);
  g_test_add_func ("/devices/pace/long-messages-for-alsa-keep-apart", test_long_ones_keep_apart);
  g_test_add_func ("/devices/pace/ring-for-jack-never-overflows", test_ring_never_overflows);
  g_test_add_func ("/devices/pace/ring-for-jack-has-room-after-two-cycles", test_ring_empties);

  return g_test_run ();
}
