/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-midi-parser.h"

#include "test-tools.h"

#include <string.h>

typedef struct
{
  ThruMidiParser parser;
  GString       *messages;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer unused)
{
  thru_midi_parser_init (&fixture->parser, THRU_MIDI_SYSEX_MAX);
  fixture->messages = g_string_new (NULL);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer unused)
{
  thru_midi_parser_clear (&fixture->parser);
  g_string_free (fixture->messages, TRUE);
}

static void
feed (Fixture    *fixture,
      const char *hex)
{
  g_autoptr(GByteArray) octets = test_octets (hex);

  thru_midi_parser_feed (&fixture->parser, octets->data, octets->len, test_append_hex, fixture->messages);
}

/* Feeds @octets in pieces that end at the set bits of @cuts, each from a block of its own. */
static void
feed_cut (Fixture    *fixture,
          GByteArray *octets,
          guint64     cuts)
{
  guint begin = 0;

  for (guint i = 1; i <= octets->len; i++)
    {
      g_autofree guint8 *piece = NULL;

      if (i < octets->len && !((cuts >> i) & 1))
        continue;
      piece = g_memdup2 (octets->data + begin, i - begin);
      thru_midi_parser_feed (&fixture->parser, piece, i - begin, test_append_hex, fixture->messages);
      begin = i;
    }
}

static void
assert_parses (GStrv   row,
               guint64 cuts)
{
  g_autoptr(GByteArray) octets = test_octets (row[0]);
  const char *expected = g_str_equal (row[1], "-") ? "" : row[1];
  Fixture fixture;

  set_up (&fixture, NULL);
  feed_cut (&fixture, octets, cuts);
  if (!g_str_equal (fixture.messages->str, expected))
    g_error ("%s (%s): got %s instead of %s", row[0], row[2], fixture.messages->str, row[1]);
  tear_down (&fixture, NULL);
}

static void
test_vectors_whole (void)
{
  g_autoptr(GPtrArray) rows = test_load_rows ("midi1-stream.tsv", 3);

  for (guint i = 0; i < rows->len; i++)
    assert_parses (g_ptr_array_index (rows, i), 0);
}

static void
test_vectors_byte_by_byte (void)
{
  g_autoptr(GPtrArray) rows = test_load_rows ("midi1-stream.tsv", 3);

  for (guint i = 0; i < rows->len; i++)
    assert_parses (g_ptr_array_index (rows, i), G_MAXUINT64);
}

/* All sets of cuts of the short vectors, every single cut of the long ones. */
static void
test_vectors_every_split (void)
{
  g_autoptr(GPtrArray) rows = test_load_rows ("midi1-stream.tsv", 3);

  for (guint i = 0; i < rows->len; i++)
    {
      GStrv row = g_ptr_array_index (rows, i);
      gsize n = strlen (row[0]) / 2;

      g_assert_cmpuint (n, <, 64);
      for (guint64 cuts = 0; n <= 10 && cuts < G_GUINT64_CONSTANT (1) << n; cuts += 2)
        assert_parses (row, cuts);
      for (guint cut = 1; cut < n; cut++)
        assert_parses (row, G_GUINT64_CONSTANT (1) << cut);
    }
}

static void
test_realtime_inside_sysex (Fixture      *fixture,
                            gconstpointer unused)
{
  feed (fixture, "f07df8");
  g_assert_cmpstr (fixture->messages->str, ==, "f8");
  feed (fixture, "01faf7");
  g_assert_cmpstr (fixture->messages->str, ==, "f8 fa f07d01f7");
  g_assert_cmpuint (fixture->parser.n_messages, ==, 3);
}

static void
test_sysex_at_cap (Fixture      *fixture,
                   gconstpointer unused)
{
  thru_midi_parser_init (&fixture->parser, 4);
  feed (fixture, "f00102f7");
  g_assert_cmpstr (fixture->messages->str, ==, "f00102f7");
  g_assert_cmpuint (fixture->parser.n_sysex_dropped, ==, 0);
}

static void
test_sysex_over_cap (Fixture      *fixture,
                     gconstpointer unused)
{
  thru_midi_parser_init (&fixture->parser, 4);
  feed (fixture, "f0010203f7903c64");
  g_assert_cmpstr (fixture->messages->str, ==, "903c64");
  g_assert_cmpuint (fixture->parser.n_sysex_dropped, ==, 1);
  g_assert_cmpuint (fixture->parser.n_orphans, ==, 0);
}

static void
test_sysex_over_cap_and_cut (Fixture      *fixture,
                             gconstpointer unused)
{
  thru_midi_parser_init (&fixture->parser, 4);
  feed (fixture, "f0010203040506f6f001f7");
  g_assert_cmpstr (fixture->messages->str, ==, "f6 f001f7");
  g_assert_cmpuint (fixture->parser.n_sysex_dropped, ==, 1);
}

static void
test_no_sysex_wanted (Fixture      *fixture,
                      gconstpointer unused)
{
  thru_midi_parser_init (&fixture->parser, 0);
  feed (fixture, "f001f7903c64f0f7");
  g_assert_cmpstr (fixture->messages->str, ==, "903c64");
  g_assert_cmpuint (fixture->parser.n_sysex_dropped, ==, 2);
}

static void
test_longest_sysex (Fixture      *fixture,
                    gconstpointer unused)
{
  g_autofree guint8 *octets = g_malloc0 (THRU_MIDI_SYSEX_MAX);

  octets[0] = 0xf0;
  octets[THRU_MIDI_SYSEX_MAX - 1] = 0xf7;
  for (gsize i = 0; i < THRU_MIDI_SYSEX_MAX; i += 1000)
    thru_midi_parser_feed (&fixture->parser, octets + i, MIN (1000, THRU_MIDI_SYSEX_MAX - i), test_append_hex,
                           fixture->messages);
  g_assert_cmpuint (fixture->messages->len, ==, 2 * THRU_MIDI_SYSEX_MAX);
  g_assert_cmpuint (fixture->parser.sysex_capacity, <=, THRU_MIDI_SYSEX_SHORT);
}

static void
test_endless_sysex (Fixture      *fixture,
                    gconstpointer unused)
{
  g_autofree guint8 *octets = g_malloc0 (4096);

  feed (fixture, "f0");
  for (guint i = 0; i < 1000; i++)
    thru_midi_parser_feed (&fixture->parser, octets, 4096, test_append_hex, fixture->messages);
  g_assert_cmpuint (fixture->parser.sysex_capacity, <=, THRU_MIDI_SYSEX_SHORT);
  g_assert_cmpuint (fixture->parser.n_sysex_dropped, ==, 1);
  g_assert_cmpuint (fixture->parser.n_sysex_too_long, ==, 1);
  feed (fixture, "f7f001f7");
  g_assert_cmpstr (fixture->messages->str, ==, "f001f7");
}

static void
test_short_messages_take_no_memory (Fixture      *fixture,
                                    gconstpointer unused)
{
  feed (fixture, "903c64f8b00740c001");
  g_assert_null (fixture->parser.sysex);
}

static void
test_unterminated_sysex_is_counted (Fixture      *fixture,
                                    gconstpointer unused)
{
  feed (fixture, "f07d01903c64f07df07df7f001f5");
  g_assert_cmpstr (fixture->messages->str, ==, "903c64 f07df7");
  g_assert_cmpuint (fixture->parser.n_sysex_dropped, ==, 3);
}

static void
test_orphans_are_counted (Fixture      *fixture,
                          gconstpointer unused)
{
  feed (fixture, "0102903c803c40f60390");
  g_assert_cmpstr (fixture->messages->str, ==, "803c40 f6");
  g_assert_cmpuint (fixture->parser.n_orphans, ==, 4);
}

static void
test_reset_forgets_sysex (Fixture      *fixture,
                          gconstpointer unused)
{
  feed (fixture, "f07d01");
  thru_midi_parser_reset (&fixture->parser);
  feed (fixture, "02f7");
  g_assert_cmpstr (fixture->messages->str, ==, "");
}

static void
test_reset_forgets_running_status (Fixture      *fixture,
                                   gconstpointer unused)
{
  feed (fixture, "903c64");
  thru_midi_parser_reset (&fixture->parser);
  feed (fixture, "3e64");
  g_assert_cmpstr (fixture->messages->str, ==, "903c64");
  g_assert_cmpuint (fixture->parser.n_messages, ==, 1);
  g_assert_cmpuint (fixture->parser.n_orphans, ==, 2);
}

static void
reset_at_message (const uint8_t *message,
                  size_t         length,
                  void          *user)
{
  thru_midi_parser_reset (user);
}

static void
test_reset_while_delivering (Fixture      *fixture,
                             gconstpointer unused)
{
  static const uint8_t octets[] = { 0xf0, 1, 0xf8, 2, 0xf7, 0x90, 60, 64, 62, 64 };

  thru_midi_parser_feed (&fixture->parser, octets, sizeof octets, reset_at_message, &fixture->parser);
  g_assert_cmpuint (fixture->parser.n_messages, ==, 2);
  g_assert_cmpuint (fixture->parser.n_orphans, ==, 3);
}

static void
test_nothing (Fixture      *fixture,
              gconstpointer unused)
{
  thru_midi_parser_feed (&fixture->parser, NULL, 0, test_append_hex, fixture->messages);
  g_assert_cmpuint (fixture->parser.n_messages, ==, 0);
}

#define ADD(path, func) g_test_add ("/midi/parser/" path, Fixture, NULL, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/midi/parser/vectors-whole", test_vectors_whole);
  g_test_add_func ("/midi/parser/vectors-byte-by-byte", test_vectors_byte_by_byte);
  g_test_add_func ("/midi/parser/vectors-at-every-split", test_vectors_every_split);
  ADD ("realtime-inside-sysex-is-delivered-first", test_realtime_inside_sysex);
  ADD ("sysex-as-long-as-the-cap-passes", test_sysex_at_cap);
  ADD ("sysex-over-the-cap-is-dropped-whole", test_sysex_over_cap);
  ADD ("sysex-over-the-cap-and-unterminated-is-counted-once", test_sysex_over_cap_and_cut);
  ADD ("cap-of-zero-drops-every-sysex", test_no_sysex_wanted);
  ADD ("longest-sysex-passes-in-pieces", test_longest_sysex);
  ADD ("endless-sysex-takes-bounded-memory", test_endless_sysex);
  ADD ("short-messages-take-no-memory", test_short_messages_take_no_memory);
  ADD ("unterminated-sysex-is-counted", test_unterminated_sysex_is_counted);
  ADD ("orphans-are-counted", test_orphans_are_counted);
  ADD ("reset-forgets-an-open-sysex", test_reset_forgets_sysex);
  ADD ("reset-forgets-running-status", test_reset_forgets_running_status);
  ADD ("may-be-reset-while-it-delivers", test_reset_while_delivering);
  ADD ("feeding-nothing-does-nothing", test_nothing);
  return g_test_run ();
}
