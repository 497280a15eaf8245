/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "router-fixture.h"

#include "thru-midi-message.h"

#include <string.h>

/* What holds for any stream. */

#define LONGER_MIN (THRU_MIDI_SYSEX_SHORT + 1)
#define LONGER_MAX (THRU_MIDI_SYSEX_SHORT + 400)

static void
add (GByteArray *stream,
     GRand      *rand,
     guint       octet)
{
  guint8 octets[] = { (guint8)(0xf8 + g_rand_int_range (rand, 0, 8)), (guint8)octet };
  gboolean is_realtime_before = g_rand_int_range (rand, 0, 16) == 0;

  g_byte_array_append (stream, octets + !is_realtime_before, is_realtime_before ? 2 : 1);
}

/* One in six is not finished. */
static void
add_sysex (GByteArray *stream,
           GRand      *rand,
           guint       length)
{
  add (stream, rand, 0xf0);
  for (guint i = 2; i < length; i++)
    add (stream, rand, (guint)g_rand_int_range (rand, 0, 128));
  if (g_rand_int_range (rand, 0, 6) > 0)
    add (stream, rand, 0xf7);
}

/* Most with a running status; of few channels, notes and controllers, so that they meet. */
static void
add_channel_message (GByteArray *stream,
                     GRand      *rand)
{
  static const guint8 controllers[] = { 1, 64, 66, 69, 120, 121, 123, 126 };
  guint status = 0x80 | (guint)g_rand_int_range (rand, 0, 0x70);
  guint n = (guint)g_rand_int_range (rand, 1, 8);

  add (stream, rand, status & 0xf3);
  for (guint i = 0; i < n; i++)
    {
      if ((status & 0xf0) == 0xb0)
        add (stream, rand, controllers[g_rand_int_range (rand, 0, G_N_ELEMENTS (controllers))]);
      else
        add (stream, rand, 60 + (guint)g_rand_int_range (rand, 0, 4));
      if ((status & 0xf0) != 0xc0 && (status & 0xf0) != 0xd0)
        add (stream, rand, (guint)g_rand_int_range (rand, 0, 3) * 63);
    }
}

/* Whole and broken messages, as a cable with a bad contact would bring them. */
static GByteArray *
random_stream (GRand *rand,
               gsize  min_length)
{
  GByteArray *stream = g_byte_array_new ();

  while (stream->len < min_length)
    {
      gint kind = g_rand_int_range (rand, 0, 100);

      if (kind < 80)
        add_channel_message (stream, rand);
      else if (kind < 88)
        add_sysex (stream, rand, (guint)g_rand_int_range (rand, 2, 40));
      else if (kind < 90)
        add_sysex (stream, rand, (guint)g_rand_int_range (rand, LONGER_MIN, LONGER_MAX));
      else
        add (stream, rand, (guint)g_rand_int_range (rand, 0, 256));
    }
  return stream;
}

static void
set_up_one_route (RouterFixture *fixture)
{
  router_set_up (fixture, NULL);
  thru_router_set_sysex (fixture->router, 1, &synth_sysex_funcs, THRU_MIDI_SYSEX_MAX);
  patch (fixture, 1, 1);
}

static void
cut_by_gap (ThruRouter *router)
{
  thru_router_input_gap (router, 1, 0);
}

static void
cut_by_removal (ThruRouter *router)
{
  thru_router_remove_source (router, 1, 0);
}

static void
cut_by_disconnecting (ThruRouter *router)
{
  thru_router_disconnect (router, 1, 1, 0);
  cut_by_gap (router);
}

static void
cut_by_the_end (ThruRouter *router)
{
  thru_router_release_all (router, 0);
  cut_by_gap (router);
}

/* @room, @piece_room: what the destination takes before the cut. */
static void
check_cut (const GByteArray *stream,
           gsize             length,
           void (           *cut ) (ThruRouter *router),
           gint              room,
           gsize             piece_room)
{
  RouterFixture fixture = { 0 };
  Synth *synth = &fixture.synths[0];

  set_up_one_route (&fixture);
  synth->room = room;
  synth->piece_room = piece_room;
  thru_router_input (fixture.router, 1, 0, stream->data, length);
  cut (fixture.router);

  synth->room = -1;
  synth->piece_room = SYNTH_ALL;
  g_assert_true (thru_router_flush (fixture.router, 0));
  g_assert_false (thru_midi_ledger_is_sounding (&synth->ledger));
  g_assert_false (synth->in_sysex);
  g_assert_cmpuint (thru_router_n_held (fixture.router), ==, 0);
  g_assert_cmpuint (thru_router_get_sysex_budget (fixture.router)->used, ==, 0);
  router_tear_down (&fixture, NULL);
}

static void
test_any_prefix_then_a_cut_leaves_nothing (void)
{
  void (*const cuts[]) (ThruRouter *) = { cut_by_gap, cut_by_removal, cut_by_disconnecting, cut_by_the_end };

  for (guint seed = 1; seed <= 20; seed++)
    {
      g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr(GByteArray) stream = random_stream (rand, 120);

      for (gsize length = 0; length <= stream->len; length++)
        {
          gboolean is_open = g_rand_boolean (rand);

          check_cut (stream, length, cuts[(seed + length) % G_N_ELEMENTS (cuts)],
                     is_open ? -1 : g_rand_int_range (rand, 0, 40),
                     is_open ? SYNTH_ALL : (gsize)g_rand_int_range (rand, 0, LONGER_MAX));
        }
    }
}

/* In two parts, or, when @at is 0, in random ones. */
static void
play_in_parts (RouterFixture    *fixture,
               const GByteArray *stream,
               gsize             at,
               GRand            *rand)
{
  for (gsize start = 0; start < stream->len;)
    {
      gsize length = at == 0 ? (gsize)g_rand_int_range (rand, 1, 9) : start == 0 ? at : stream->len;

      length = MIN (length, stream->len - start);
      thru_router_input (fixture->router, 1, 0, stream->data + start, length);
      start += length;
    }
}

static void
check_parts (RouterFixture    *whole,
             const GByteArray *stream,
             gsize             at,
             GRand            *rand)
{
  RouterFixture parts = { 0 };

  set_up_one_route (&parts);
  play_in_parts (&parts, stream, at, rand);
  g_assert_cmpmem (parts.synths[0].octets->data, parts.synths[0].octets->len,
                   whole->synths[0].octets->data, whole->synths[0].octets->len);
  g_assert_cmpstr (parts.synths[0].log->str, ==, whole->synths[0].log->str);
  g_assert_cmpuint (thru_router_n_held (parts.router), ==, thru_router_n_held (whole->router));
  router_tear_down (&parts, NULL);
}

static void
test_cutting_octets_changes_nothing (void)
{
  for (guint seed = 1; seed <= 8; seed++)
    {
      g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
      g_autoptr(GByteArray) stream = random_stream (rand, 250);
      RouterFixture whole = { 0 };

      set_up_one_route (&whole);
      thru_router_input (whole.router, 1, 0, stream->data, stream->len);
      g_assert_cmpuint (whole.synths[0].octets->len, >, 0);
      for (gsize at = 1; at < stream->len; at++)
        check_parts (&whole, stream, at, rand);
      for (guint i = 0; i < 20; i++)
        check_parts (&whole, stream, 0, rand);
      router_tear_down (&whole, NULL);
    }
}

/* Two sources play the same few notes into one destination that refuses at random and for long. */
static void
test_random_refusals_leave_nothing_hanging (void)
{
  for (guint seed = 1; seed <= 100; seed++)
    {
      g_autoptr(GRand) rand = g_rand_new_with_seed (seed);
      RouterFixture fixture = { 0 };
      Synth *synth = &fixture.synths[0];
      guint keys[2][4] = { { 0 } };

      router_set_up (&fixture, NULL);
      patch (&fixture, 1, 1);
      patch (&fixture, 2, 1);
      for (guint i = 0; i < 8000; i++)
        {
          guint source = (guint)g_rand_int_range (rand, 0, 2);
          guint key = (guint)g_rand_int_range (rand, 0, 4);
          const uint8_t message[] = { keys[source][key] ? 0x80 : 0x90, (uint8_t)(60 + key), 64 };

          if (i % 500 == 0)
            synth->room = g_rand_int_range (rand, 0, 600) - 300;
          synth->room = MAX (synth->room, seed % 2 ? 0 : -1);
          thru_router_input (fixture.router, source + 1, i, message, sizeof message);
          keys[source][key] ^= 1;
          if (i % 7 == 0)
            thru_router_flush (fixture.router, i);
        }
      for (guint source = 0; source < 2; source++)
        for (guint key = 0; key < 4; key++)
          {
            const uint8_t off[] = { 0x80, (uint8_t)(60 + key), 64 };

            if (keys[source][key])
              thru_router_input (fixture.router, source + 1, 0, off, sizeof off);
          }
      synth->room = -1;
      g_assert_true (thru_router_flush (fixture.router, 0));
      g_assert_cmpint (synth_n_held (synth), ==, 0);
      g_assert_cmpuint (thru_router_n_held (fixture.router), ==, 0);
      router_tear_down (&fixture, NULL);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/engine/router/any-prefix-then-a-cut-leaves-nothing", test_any_prefix_then_a_cut_leaves_nothing);
  g_test_add_func ("/engine/router/cutting-octets-changes-nothing", test_cutting_octets_changes_nothing);
  g_test_add_func ("/engine/router/random-refusals-leave-nothing-hanging", test_random_refusals_leave_nothing_hanging);

  return g_test_run ();
}
