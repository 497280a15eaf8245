/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-dmidi-preface.h"

#include "test-tools.h"

static const char *
result_to_string (ThruDmidiResult result)
{
  static const char *const names[] = {
    [THRU_DMIDI_NEED_MORE] = "more", [THRU_DMIDI_OK] = "ok", [THRU_DMIDI_ERROR] = "error",
  };

  return names[result];
}

static const char *
speaker_to_string (ThruDmidiSpeaker speaker)
{
  static const char *const names[] = {
    [THRU_DMIDI_SPEAKER_UNKNOWN] = "unknown", [THRU_DMIDI_SPEAKER_FRAMED] = "framed",
    [THRU_DMIDI_SPEAKER_TLS] = "tls", [THRU_DMIDI_SPEAKER_PLAIN] = "plain",
  };

  return names[speaker];
}

static void
assert_preface (GStrv row)
{
  g_autoptr(GByteArray) octets = test_octets (g_str_equal (row[1], "-") ? "" : row[1]);
  ThruDmidiPreface preface = { 0 };
  g_autofree char *value = NULL;
  ThruDmidiResult result = thru_dmidi_preface_parse (octets->data, octets->len, &preface);

  g_test_message ("%s: %s", row[1], row[4]);
  g_assert_cmpstr (result_to_string (result), ==, row[2]);
  value = result == THRU_DMIDI_OK ? g_strdup_printf ("%u.%u", preface.major, preface.minor) : g_strdup ("-");
  g_assert_cmpstr (value, ==, row[3]);
}

static void
test_vectors (void)
{
  g_autoptr(GPtrArray) rows = test_load_rows ("dmidi-frames.tsv", 5);
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      GStrv row = g_ptr_array_index (rows, i);

      if (!g_str_equal (row[0], "preface"))
        continue;
      assert_preface (row);
      n++;
    }
  g_assert_cmpuint (n, >, 0);
}

static void
test_speaker_vectors (void)
{
  g_autoptr(GPtrArray) rows = test_load_rows ("dmidi-frames.tsv", 5);
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    {
      GStrv row = g_ptr_array_index (rows, i);
      g_autoptr(GByteArray) octets = NULL;

      if (!g_str_equal (row[0], "speaker"))
        continue;
      octets = test_octets (row[1]);
      g_assert_cmpstr (speaker_to_string (thru_dmidi_speaker (octets->data[0])), ==, row[2]);
      n++;
    }
  g_assert_cmpuint (n, >, 0);
}

static void
test_every_first_octet (void)
{
  for (guint octet = 0; octet < 256; octet++)
    {
      ThruDmidiSpeaker speaker = thru_dmidi_speaker ((guint8) octet);

      g_assert_cmpint (speaker == THRU_DMIDI_SPEAKER_PLAIN, ==, octet >= 0x80);
      g_assert_cmpint (speaker == THRU_DMIDI_SPEAKER_FRAMED, ==, octet == 'D');
      g_assert_cmpint (speaker == THRU_DMIDI_SPEAKER_TLS, ==, octet == 0x16);
    }
}

static void
test_own_preface (void)
{
  guint8 octets[THRU_DMIDI_PREFACE_SIZE];
  ThruDmidiPreface preface;

  thru_dmidi_preface_write (octets);
  g_assert_cmpint (thru_dmidi_preface_parse (octets, sizeof octets, &preface), ==, THRU_DMIDI_OK);
  g_assert_cmpuint (preface.major, ==, THRU_DMIDI_VERSION_MAJOR);
  g_assert_cmpuint (preface.minor, ==, THRU_DMIDI_VERSION_MINOR);
}

static void
test_every_prefix (void)
{
  guint8 octets[THRU_DMIDI_PREFACE_SIZE];
  ThruDmidiPreface preface;

  thru_dmidi_preface_write (octets);
  for (gsize length = 0; length < sizeof octets; length++)
    g_assert_cmpint (thru_dmidi_preface_parse (octets, length, &preface), ==, THRU_DMIDI_NEED_MORE);
}

static void
test_wrong_octet (void)
{
  for (gsize i = 0; i < 6; i++)
    {
      guint8 octets[THRU_DMIDI_PREFACE_SIZE];
      ThruDmidiPreface preface;

      thru_dmidi_preface_write (octets);
      octets[i] ^= 1;
      g_assert_cmpint (thru_dmidi_preface_parse (octets, i, &preface), ==, THRU_DMIDI_NEED_MORE);
      for (gsize length = i + 1; length <= sizeof octets; length++)
        g_assert_cmpint (thru_dmidi_preface_parse (octets, length, &preface), ==, THRU_DMIDI_ERROR);
    }
}

/* Why a preface may be sent to a plain speaker: it hears data octets without a status. */
static void
test_silent_as_midi (void)
{
  guint8 octets[THRU_DMIDI_PREFACE_SIZE];

  thru_dmidi_preface_write (octets);
  for (gsize i = 0; i < sizeof octets; i++)
    g_assert_cmpuint (octets[i], <, 0x80);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dmidi/preface/vectors", test_vectors);
  g_test_add_func ("/dmidi/preface/speaker-vectors", test_speaker_vectors);
  g_test_add_func ("/dmidi/preface/every-first-octet-names-a-speaker", test_every_first_octet);
  g_test_add_func ("/dmidi/preface/what-is-written-is-read", test_own_preface);
  g_test_add_func ("/dmidi/preface/every-prefix-needs-more", test_every_prefix);
  g_test_add_func ("/dmidi/preface/wrong-octet-is-an-error-at-once", test_wrong_octet);
  g_test_add_func ("/dmidi/preface/means-nothing-as-midi", test_silent_as_midi);
  return g_test_run ();
}
