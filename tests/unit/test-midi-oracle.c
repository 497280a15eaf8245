/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-midi-parser.h"

#include "test-tools.h"

#include <alsa/asoundlib.h>

/* alsa-lib's encoder reads the same streams; neither device nor sequencer is needed for it. One difference is known: a
 * System Exclusive message that outgrows its buffer it hands out in pieces, we drop it whole above the cap. So the streams
 * of random octets stay below that. */

#define N_STREAMS 20000
#define STREAM_MAX 64
#define BUFFER_SIZE 4096

static void
append_event (snd_midi_event_t      *decoder,
              const snd_seq_event_t *event,
              GString               *messages)
{
  guint8 octets[BUFFER_SIZE];
  long n = snd_midi_event_decode (decoder, octets, sizeof octets, event);

  g_assert_cmpint (n, >, 0);
  test_append_hex (octets, (size_t) n, messages);
}

static char *
parse_with_alsa (const guint8 *octets,
                 gsize         length)
{
  g_autoptr(GString) messages = g_string_new (NULL);
  snd_midi_event_t *encoder, *decoder;

  g_assert_cmpint (snd_midi_event_new (BUFFER_SIZE, &encoder), ==, 0);
  g_assert_cmpint (snd_midi_event_new (BUFFER_SIZE, &decoder), ==, 0);
  snd_midi_event_no_status (decoder, 1);
  for (gsize i = 0; i < length; i++)
    {
      snd_seq_event_t event;

      snd_seq_ev_clear (&event);
      if (snd_midi_event_encode_byte (encoder, octets[i], &event) == 1)
        append_event (decoder, &event, messages);
    }
  snd_midi_event_free (encoder);
  snd_midi_event_free (decoder);
  return g_string_free (g_steal_pointer (&messages), FALSE);
}

static char *
parse_with_ours (const guint8 *octets,
                 gsize         length)
{
  g_autoptr(GString) messages = g_string_new (NULL);
  ThruMidiParser parser;

  thru_midi_parser_init (&parser, THRU_MIDI_SYSEX_MAX);
  thru_midi_parser_feed (&parser, octets, length, test_append_hex, messages);
  thru_midi_parser_clear (&parser);
  return g_string_free (g_steal_pointer (&messages), FALSE);
}

static void
assert_same (const guint8 *octets,
             gsize         length)
{
  g_autofree char *theirs = parse_with_alsa (octets, length);
  g_autofree char *ours = parse_with_ours (octets, length);

  if (!g_str_equal (ours, theirs))
    {
      g_autoptr(GString) hex = g_string_new (NULL);

      test_append_hex (octets, length, hex);
      g_error ("%s: alsa-lib reads %s, we read %s", hex->str, theirs, ours);
    }
}

static guint8
random_data (void)
{
  return (guint8) g_test_rand_int_range (0, 0x80);
}

static void
test_random_octets (void)
{
  for (guint i = 0; i < N_STREAMS; i++)
    {
      guint8 octets[STREAM_MAX];
      gsize length = (gsize) g_test_rand_int_range (1, STREAM_MAX + 1);

      for (gsize j = 0; j < length; j++)
        octets[j] = (guint8) g_test_rand_int_range (0, 0x100);
      assert_same (octets, length);
    }
}

/* Much data, few statuses: running status, long System Exclusive and realtime come out whole more often. */
static void
test_random_music (void)
{
  static const guint8 statuses[] = { 0x90, 0x81, 0xb2, 0xc3, 0xd4, 0xe5, 0xa6, 0xf0, 0xf0, 0xf7, 0xf7, 0xf2, 0xf8, 0xfe, 0xf6 };

  for (guint i = 0; i < N_STREAMS; i++)
    {
      guint8 octets[STREAM_MAX];

      for (gsize j = 0; j < STREAM_MAX; j++)
        {
          if (g_test_rand_int_range (0, 4) == 0)
            octets[j] = statuses[g_test_rand_int_range (0, G_N_ELEMENTS (statuses))];
          else
            octets[j] = random_data ();
        }
      assert_same (octets, STREAM_MAX);
    }
}

/* The known difference. */
static void
test_long_sysex (void)
{
  guint8 octets[2 * BUFFER_SIZE] = { 0xf0 };
  g_autofree char *theirs = NULL;
  g_autofree char *ours = NULL;

  octets[sizeof octets - 1] = 0xf7;
  theirs = parse_with_alsa (octets, sizeof octets);
  ours = parse_with_ours (octets, sizeof octets);
  g_assert_nonnull (strchr (theirs, ' '));
  g_assert_null (strchr (ours, ' '));
  g_assert_cmpuint (strlen (ours), ==, 2 * sizeof octets);
}

static void
test_vectors (void)
{
  g_autoptr(GPtrArray) rows = test_load_rows ("midi1-stream.tsv", 3);

  for (guint i = 0; i < rows->len; i++)
    {
      GStrv row = g_ptr_array_index (rows, i);
      g_autoptr(GByteArray) octets = test_octets (row[0]);
      g_autofree char *theirs = parse_with_alsa (octets->data, octets->len);

      g_assert_cmpstr (theirs, ==, g_str_equal (row[1], "-") ? "" : row[1]);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/midi/oracle/alsa-agrees-with-the-vectors", test_vectors);
  g_test_add_func ("/midi/oracle/alsa-agrees-on-random-octets", test_random_octets);
  g_test_add_func ("/midi/oracle/alsa-agrees-on-random-music", test_random_music);
  g_test_add_func ("/midi/oracle/alsa-cuts-a-sysex-beyond-its-buffer-and-we-do-not", test_long_sysex);
  return g_test_run ();
}
