/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-midi-message.h"

#include "test-tools.h"

typedef bool (*Predicate) (const uint8_t *message,
                           size_t         length);

static bool
holds (Predicate   predicate,
       const char *hex)
{
  g_autoptr(GByteArray) octets = test_octets (hex);

  return predicate (octets->data, octets->len);
}

static void
test_lengths (void)
{
  for (unsigned status = 0; status < 0x80; status++)
    g_assert_cmpuint (thru_midi_message_length ((uint8_t) status), ==, 0);
  for (unsigned channel = 0; channel < 16; channel++)
    {
      g_assert_cmpuint (thru_midi_message_length ((uint8_t) (0x80 | channel)), ==, 3);
      g_assert_cmpuint (thru_midi_message_length ((uint8_t) (0x90 | channel)), ==, 3);
      g_assert_cmpuint (thru_midi_message_length ((uint8_t) (0xa0 | channel)), ==, 3);
      g_assert_cmpuint (thru_midi_message_length ((uint8_t) (0xb0 | channel)), ==, 3);
      g_assert_cmpuint (thru_midi_message_length ((uint8_t) (0xc0 | channel)), ==, 2);
      g_assert_cmpuint (thru_midi_message_length ((uint8_t) (0xd0 | channel)), ==, 2);
      g_assert_cmpuint (thru_midi_message_length ((uint8_t) (0xe0 | channel)), ==, 3);
    }
}

static void
test_system_lengths (void)
{
  static const size_t expected[] = { 0, 2, 3, 2, 0, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1 };

  for (unsigned i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpuint (thru_midi_message_length ((uint8_t) (0xf0 + i)), ==, expected[i]);
}

static void
test_realtime (void)
{
  for (unsigned status = 0; status < 256; status++)
    g_assert_cmpint (thru_midi_is_realtime ((uint8_t) status), ==, status >= 0xf8);
}

static void
test_velocity_zero (void)
{
  g_assert_true (holds (thru_midi_is_note_on, "903c01"));
  g_assert_false (holds (thru_midi_is_note_on, "903c00"));
  g_assert_true (holds (thru_midi_is_note_off, "903c00"));
  g_assert_true (holds (thru_midi_is_note_off, "8f3c40"));
  g_assert_false (holds (thru_midi_is_note_off, "903c01"));
}

static void
test_shortened (void)
{
  g_assert_false (holds (thru_midi_is_note_on, ""));
  g_assert_false (holds (thru_midi_is_note_on, "903c"));
  g_assert_false (holds (thru_midi_is_note_off, ""));
  g_assert_false (holds (thru_midi_is_note_off, "803c"));
  g_assert_false (holds (thru_midi_is_undroppable, ""));
  g_assert_false (holds (thru_midi_is_undroppable, "b040"));
}

static void
test_undroppable (void)
{
  static const char *const must_stay[] = {
    "803c00", "903c00", "b04000", "b0423f", "b04300", "b04500", "b07800", "b07900", "b07b00", "b07f00", "fc", "ff",
  };
  static const char *const may_go[] = {
    "903c40", "b04040", "b0417f", "b04100", "b04400", "b00100", "b07700", "c000", "d000", "e00040", "f8", "fa", "fb", "fe",
    "f07df7",
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (must_stay); i++)
    g_assert_true (holds (thru_midi_is_undroppable, must_stay[i]));
  for (unsigned i = 0; i < G_N_ELEMENTS (may_go); i++)
    g_assert_false (holds (thru_midi_is_undroppable, may_go[i]));
}

static void
test_channel (void)
{
  static const uint8_t note[] = { 0x9f, 60, 1 };
  static const uint8_t program[] = { 0xc0, 5 };
  static const uint8_t system[] = { 0xf0, 0xf7 };
  static const uint8_t data[] = { 0x3c };

  g_assert_cmpint (thru_midi_channel (note, sizeof note), ==, 15);
  g_assert_cmpint (thru_midi_channel (program, sizeof program), ==, 0);
  g_assert_cmpint (thru_midi_channel (system, sizeof system), ==, -1);
  g_assert_cmpint (thru_midi_channel (data, sizeof data), ==, -1);
  g_assert_cmpint (thru_midi_channel (NULL, 0), ==, -1);
}

static void
assert_note_name (uint8_t     note,
                  const char *expected)
{
  char name[5];

  thru_midi_note_name (note, name);
  g_assert_cmpstr (name, ==, expected);
}

static void
test_note_name (void)
{
  assert_note_name (60, "C4");
  assert_note_name (69, "A4");
  assert_note_name (0, "C-1");
  assert_note_name (1, "C#-1");
  assert_note_name (11, "B-1");
  assert_note_name (12, "C0");
  assert_note_name (127, "G9");
  assert_note_name (255, "G9");
}

static void
test_message_name (void)
{
  static const struct
  {
    const char *hex, *name;
  }
  cases[] = {
    { "803c40", "Note Off" }, { "903c40", "Note On" }, { "903c00", "Note Off" }, { "a03c40", "Polyphonic Pressure" },
    { "b00740", "Control Change" }, { "c005", "Program Change" }, { "d005", "Channel Pressure" }, { "e00040", "Pitch Bend" },
    { "f0f7", "System Exclusive" }, { "f110", "Time Code" }, { "f20000", "Song Position" }, { "f301", "Song Select" },
    { "f4", "Unknown" }, { "f6", "Tune Request" }, { "f8", "Clock" }, { "fa", "Start" }, { "fb", "Continue" },
    { "fc", "Stop" }, { "fd", "Unknown" }, { "fe", "Active Sensing" }, { "ff", "System Reset" }, { "3c", "Unknown" },
    { "", "Unknown" },
  };

  for (unsigned i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(GByteArray) octets = test_octets (cases[i].hex);

      g_assert_cmpstr (thru_midi_message_name (octets->data, octets->len), ==, cases[i].name);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/midi/message/channel-messages-have-their-length", test_lengths);
  g_test_add_func ("/midi/message/system-messages-have-their-length", test_system_lengths);
  g_test_add_func ("/midi/message/realtime-starts-at-f8", test_realtime);
  g_test_add_func ("/midi/message/velocity-zero-is-a-note-off", test_velocity_zero);
  g_test_add_func ("/midi/message/shortened-messages-are-nothing", test_shortened);
  g_test_add_func ("/midi/message/what-ends-something-is-undroppable", test_undroppable);
  g_test_add_func ("/midi/message/channel-is-minus-one-for-system", test_channel);
  g_test_add_func ("/midi/message/middle-c-is-c4", test_note_name);
  g_test_add_func ("/midi/message/every-kind-has-a-name", test_message_name);
  return g_test_run ();
}
