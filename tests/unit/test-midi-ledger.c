/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-midi-ledger.h"

#include "test-tools.h"

#include <string.h>

/* An instrument as far as a stuck note goes. */
typedef struct
{
  gboolean stacks;  /* a note struck twice needs two note-offs; else the first one ends it */
  gboolean deaf;    /* ignores channel mode messages, as much hardware does */
  guint    notes[16][128];
  guint8   poly_pressure[16][128];
  guint8   controllers[16][128];
  guint8   pressure[16];
  guint16  bend[16];
} Receiver;

static const guint8 pedals[] = { 64, 66, 67, 69 };

static void
receiver_init (Receiver *receiver,
               gboolean  stacks,
               gboolean  deaf)
{
  memset (receiver, 0, sizeof *receiver);
  receiver->stacks = stacks;
  receiver->deaf = deaf;
  for (guint channel = 0; channel < 16; channel++)
    receiver->bend[channel] = 8192;
}

static void
receiver_mode (Receiver *receiver,
               guint     channel,
               guint     controller)
{
  if (receiver->deaf)
    return;
  if (controller == 121)
    {
      memset (receiver->controllers[channel], 0, 128);
      memset (receiver->poly_pressure[channel], 0, 128);
      receiver->pressure[channel] = 0;
      receiver->bend[channel] = 8192;
    }
  else if (controller != 122)
    {
      memset (receiver->notes[channel], 0, sizeof receiver->notes[channel]);
    }
}

static void
receiver_note (Receiver *receiver,
               guint     channel,
               guint     note,
               gboolean  on)
{
  guint *sounding = &receiver->notes[channel][note];

  if (on)
    *sounding = receiver->stacks ? *sounding + 1 : 1;
  else if (*sounding > 0)
    *sounding -= 1;
}

/* A ThruMidiMessageFunc. */
static void
receiver_hear (const uint8_t *message,
               size_t         length,
               void          *user)
{
  Receiver *receiver = user;
  guint channel = message[0] & 0x0f;

  switch (message[0] & 0xf0)
    {
    case 0x80:
    case 0x90:
      receiver_note (receiver, channel, message[1], message[0] >= 0x90 && message[2] > 0);
      break;

    case 0xa0:
      receiver->poly_pressure[channel][message[1]] = message[2];
      break;

    case 0xb0:
      if (message[1] >= 120)
        receiver_mode (receiver, channel, message[1]);
      else
        receiver->controllers[channel][message[1]] = message[2];
      break;

    case 0xd0:
      receiver->pressure[channel] = message[1];
      break;

    case 0xe0:
      receiver->bend[channel] = (guint16) (message[2] << 7 | message[1]);
      break;

    default:
      break;
    }
}

/* Nothing sounds but what @others (nullable) holds. */
static void
assert_silent (const Receiver       *receiver,
               const ThruMidiLedger *others)
{
  for (guint channel = 0; channel < 16; channel++)
    {
      for (guint note = 0; note < 128; note++)
        {
          g_assert_true (receiver->notes[channel][note] == 0 || (others && others->held[channel][note] > 0));
          g_assert_true (receiver->poly_pressure[channel][note] == 0 || (others && others->poly_pressure[channel][note] > 0));
        }
      for (guint i = 0; i < G_N_ELEMENTS (pedals); i++)
        g_assert_true (receiver->controllers[channel][pedals[i]] == 0 || (others && others->pedal[channel][i] > 0));
      g_assert_true (receiver->pressure[channel] == 0 || (others && others->pressure[channel] > 0));
      g_assert_true (receiver->bend[channel] == 8192 || (others && others->bend[channel] != 8192));
    }
}

/* Few notes and channels, so that they meet. */
static gsize
random_message (uint8_t  message[3],
                gboolean modes)
{
  static const uint8_t statuses[] = { 0x80, 0x80, 0x80, 0x90, 0x90, 0x90, 0xa0, 0xb0, 0xc0, 0xd0, 0xe0, 0xf8 };
  static const uint8_t controllers[] = { 1, 64, 66, 67, 69, 120, 121, 122, 123, 125 };

  message[0] = statuses[g_test_rand_int_range (0, G_N_ELEMENTS (statuses))];
  if (message[0] >= 0xf0)
    return 1;
  message[1] = (uint8_t) g_test_rand_int_range (36, 60);
  message[2] = g_test_rand_bit () ? (uint8_t) g_test_rand_int_range (0, 128) : 0;
  if (message[0] == 0xb0)
    message[1] = controllers[g_test_rand_int_range (0, modes ? G_N_ELEMENTS (controllers) : 5)];
  message[0] |= (uint8_t) g_test_rand_int_range (0, 3);
  return (message[0] & 0xe0) == 0xc0 ? 2 : 3;
}

static void
check_every_prefix (gboolean stacks,
                    gboolean deaf)
{
  for (guint stream = 0; stream < 100; stream++)
    {
      ThruMidiLedger ledger;
      Receiver receiver;

      thru_midi_ledger_init (&ledger);
      receiver_init (&receiver, stacks, deaf);
      for (guint i = 0; i < 200; i++)
        {
          ThruMidiLedger released;
          Receiver silenced;
          uint8_t message[3];
          gsize length = random_message (message, !deaf);

          thru_midi_ledger_record (&ledger, message, length);
          receiver_hear (message, length, &receiver);

          released = ledger;
          silenced = receiver;
          thru_midi_ledger_release (&released, NULL, receiver_hear, &silenced);
          assert_silent (&silenced, NULL);
          g_assert_false (thru_midi_ledger_is_sounding (&released));
        }
    }
}

static void
test_every_prefix (void)
{
  check_every_prefix (FALSE, FALSE);
}

static void
test_every_prefix_stacking (void)
{
  check_every_prefix (TRUE, FALSE);
}

static void
test_every_prefix_deaf (void)
{
  check_every_prefix (TRUE, TRUE);
}

/* A ThruMidiMessageFunc; nothing of what the ledger @user holds may be touched. */
static void
assert_leaves_alone (const uint8_t *message,
                     size_t         length,
                     void          *user)
{
  ThruMidiLedger before = *(ThruMidiLedger *) user;
  ThruMidiLedger after = before;

  thru_midi_ledger_record (&after, message, length);
  after.touched = before.touched;
  g_assert_cmpmem (&after, sizeof after, &before, sizeof before);
}

static void
test_others (void)
{
  for (guint stream = 0; stream < 200; stream++)
    {
      ThruMidiLedger ledgers[3], others, again;
      Receiver receiver;

      receiver_init (&receiver, FALSE, TRUE);
      for (guint i = 0; i < G_N_ELEMENTS (ledgers); i++)
        thru_midi_ledger_init (&ledgers[i]);
      for (guint i = 0; i < 150; i++)
        {
          uint8_t message[3];
          gsize length = random_message (message, FALSE);

          thru_midi_ledger_record (&ledgers[g_test_rand_int_range (0, G_N_ELEMENTS (ledgers))], message, length);
          receiver_hear (message, length, &receiver);
        }

      thru_midi_ledger_init (&others);
      thru_midi_ledger_add (&others, &ledgers[1]);
      thru_midi_ledger_add (&others, &ledgers[2]);
      again = ledgers[0];
      thru_midi_ledger_release (&again, &others, assert_leaves_alone, &others);
      thru_midi_ledger_release (&ledgers[0], &others, receiver_hear, &receiver);
      assert_silent (&receiver, &others);
      thru_midi_ledger_release (&ledgers[1], &ledgers[2], receiver_hear, &receiver);
      assert_silent (&receiver, &ledgers[2]);
      thru_midi_ledger_release (&ledgers[2], NULL, receiver_hear, &receiver);
      assert_silent (&receiver, NULL);
    }
}

/* Single cases. */

static void
record (ThruMidiLedger *ledger,
        const char     *hex)
{
  g_autoptr(GByteArray) octets = test_octets (hex);

  thru_midi_ledger_record (ledger, octets->data, octets->len);
}

static void
assert_releases (ThruMidiLedger       *ledger,
                 const ThruMidiLedger *others,
                 const char           *expected)
{
  g_autoptr(GString) messages = g_string_new (NULL);

  thru_midi_ledger_release (ledger, others, test_append_hex, messages);
  g_assert_cmpstr (messages->str, ==, expected);
}

static void
test_order (void)
{
  ThruMidiLedger ledger;

  thru_midi_ledger_init (&ledger);
  record (&ledger, "a13c22");
  record (&ledger, "d111");
  record (&ledger, "e10001");
  record (&ledger, "b14001");
  record (&ledger, "b1457f");
  record (&ledger, "913e40");
  record (&ledger, "913c40");
  record (&ledger, "903c40");
  assert_releases (&ledger, NULL, "803c40 b07b00 813c40 813e40 b14000 b14500 e10040 d100 a13c00 b17b00");
  assert_releases (&ledger, NULL, "");
}

static void
test_untouched (void)
{
  ThruMidiLedger ledger;

  thru_midi_ledger_init (&ledger);
  record (&ledger, "b00740");
  record (&ledger, "c005");
  record (&ledger, "f8");
  record (&ledger, "ff");
  g_assert_false (thru_midi_ledger_is_sounding (&ledger));
  assert_releases (&ledger, NULL, "");
}

static void
test_balanced (void)
{
  ThruMidiLedger ledger;

  thru_midi_ledger_init (&ledger);
  record (&ledger, "903c40");
  g_assert_cmpuint (thru_midi_ledger_n_held (&ledger), ==, 1);
  record (&ledger, "903c00");
  g_assert_cmpuint (thru_midi_ledger_n_held (&ledger), ==, 0);
  assert_releases (&ledger, NULL, "b07b00");
}

static void
test_struck_twice (void)
{
  ThruMidiLedger ledger;

  thru_midi_ledger_init (&ledger);
  record (&ledger, "903c40");
  record (&ledger, "903c40");
  record (&ledger, "903c40");
  record (&ledger, "803c40");
  g_assert_cmpuint (thru_midi_ledger_n_held (&ledger), ==, 1);
  assert_releases (&ledger, NULL, "803c40 803c40 b07b00");
}

static void
count_message (const uint8_t *message,
               size_t         length,
               void          *user)
{
  ++*(guint *) user;
}

static void
test_saturates (void)
{
  ThruMidiLedger ledger, sum;
  guint n = 0;

  thru_midi_ledger_init (&ledger);
  for (guint i = 0; i < 70000; i++)
    record (&ledger, "903c40");
  g_assert_cmpuint (ledger.held[0][60], ==, G_MAXUINT16);

  thru_midi_ledger_init (&sum);
  thru_midi_ledger_add (&sum, &ledger);
  thru_midi_ledger_add (&sum, &ledger);
  g_assert_cmpuint (sum.held[0][60], ==, G_MAXUINT16);

  thru_midi_ledger_release (&ledger, NULL, count_message, &n);
  g_assert_cmpuint (n, ==, THRU_MIDI_LEDGER_OFFS_MAX + 1);

  record (&ledger, "803c40");
  g_assert_cmpuint (ledger.held[0][60], ==, 0);
}

static void
test_mode_messages (void)
{
  static const char *const modes[] = { "b07800", "b07b00", "b07c00", "b07d00", "b07e01", "b07f00" };

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      ThruMidiLedger ledger;

      thru_midi_ledger_init (&ledger);
      record (&ledger, "903c40");
      record (&ledger, "913c40");
      record (&ledger, "b0407f");
      record (&ledger, modes[i]);
      g_assert_cmpuint (thru_midi_ledger_n_held (&ledger), ==, 1);
      assert_releases (&ledger, NULL, "b04000 b07b00 813c40 b17b00");
    }
}

static void
test_reset_controllers (void)
{
  ThruMidiLedger ledger;

  thru_midi_ledger_init (&ledger);
  record (&ledger, "903c40");
  record (&ledger, "a03c40");
  record (&ledger, "b0407f");
  record (&ledger, "d040");
  record (&ledger, "e00000");
  record (&ledger, "b07900");
  assert_releases (&ledger, NULL, "803c40 b07b00");
}

static void
test_system_reset (void)
{
  ThruMidiLedger ledger;

  thru_midi_ledger_init (&ledger);
  record (&ledger, "903c40");
  record (&ledger, "ff");
  assert_releases (&ledger, NULL, "803c40 b07b00");
}

static void
test_all_notes_off_spares_others (void)
{
  ThruMidiLedger ledger, others;

  thru_midi_ledger_init (&ledger);
  thru_midi_ledger_init (&others);
  record (&ledger, "903c40");
  record (&ledger, "913c40");
  record (&others, "904040");
  assert_releases (&ledger, &others, "803c40 813c40 b17b00");
}

static void
test_sounding (void)
{
  static const char *const messages[] = { "903c01", "b04001", "b04501", "d001", "e00140", "a03c01" };

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      ThruMidiLedger ledger;

      thru_midi_ledger_init (&ledger);
      g_assert_false (thru_midi_ledger_is_sounding (&ledger));
      record (&ledger, messages[i]);
      g_assert_true (thru_midi_ledger_is_sounding (&ledger));
    }
}

static void
test_broken_messages (void)
{
  ThruMidiLedger ledger;

  thru_midi_ledger_init (&ledger);
  record (&ledger, "");
  record (&ledger, "90");
  record (&ledger, "903c");
  record (&ledger, "3c4040");
  record (&ledger, "f0903c40f7");
  g_assert_false (thru_midi_ledger_is_sounding (&ledger));
  record (&ledger, "90ff7f");
  g_assert_cmpuint (ledger.held[0][127], ==, 1);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/midi/ledger/release-silences-every-prefix", test_every_prefix);
  g_test_add_func ("/midi/ledger/release-silences-a-receiver-that-stacks-notes", test_every_prefix_stacking);
  g_test_add_func ("/midi/ledger/release-silences-a-receiver-deaf-to-mode-messages", test_every_prefix_deaf);
  g_test_add_func ("/midi/ledger/release-leaves-alone-what-others-hold", test_others);
  g_test_add_func ("/midi/ledger/release-keeps-its-order", test_order);
  g_test_add_func ("/midi/ledger/release-is-silent-on-untouched-channels", test_untouched);
  g_test_add_func ("/midi/ledger/balanced-notes-need-no-note-off", test_balanced);
  g_test_add_func ("/midi/ledger/note-struck-twice-is-ended-twice", test_struck_twice);
  g_test_add_func ("/midi/ledger/counts-saturate", test_saturates);
  g_test_add_func ("/midi/ledger/mode-messages-end-the-channels-notes", test_mode_messages);
  g_test_add_func ("/midi/ledger/reset-all-controllers-spares-notes", test_reset_controllers);
  g_test_add_func ("/midi/ledger/system-reset-changes-nothing", test_system_reset);
  g_test_add_func ("/midi/ledger/all-notes-off-is-left-out-where-others-sound", test_all_notes_off_spares_others);
  g_test_add_func ("/midi/ledger/pedals-bend-and-pressure-sound-too", test_sounding);
  g_test_add_func ("/midi/ledger/broken-messages-are-no-harm", test_broken_messages);
  return g_test_run ();
}
