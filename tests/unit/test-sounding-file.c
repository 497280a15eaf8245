/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-sounding-file.h"

#include <glib/gstdio.h>
#include <string.h>

static const uint8_t note_on[] = { 0x93, 60, 100 };
static const uint8_t note_off[] = { 0x83, 60, 0 };
static const uint8_t pedal_down[] = { 0xb3, 64, 127 };

typedef struct
{
  char      *dir;
  char      *path;
  GPtrArray *released; /* of GBytes */
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("thruwall-XXXXXX", NULL);
  g_assert_nonnull (fixture->dir);
  fixture->path = g_build_filename (fixture->dir, "sounding", NULL);
  fixture->released = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_remove (fixture->path);
  g_rmdir (fixture->dir);
  g_free (fixture->path);
  g_free (fixture->dir);
  g_ptr_array_unref (fixture->released);
}

static ThruSoundingFile *
open_file (Fixture *fixture)
{
  g_autoptr(GError) error = NULL;
  ThruSoundingFile *file = thru_sounding_file_open (fixture->path, &error);

  g_assert_no_error (error);
  return file;
}

static void
keep_message (const uint8_t *message,
              size_t         length,
              void          *user)
{
  Fixture *fixture = user;

  g_ptr_array_add (fixture->released, g_bytes_new (message, length));
}

static gboolean
has_released (Fixture       *fixture,
              const uint8_t *message)
{
  for (guint i = 0; i < fixture->released->len; i++)
    {
      GBytes *bytes = g_ptr_array_index (fixture->released, i);

      if (g_bytes_get_size (bytes) == 3 && memcmp (g_bytes_get_data (bytes, NULL), message, 2) == 0)
        return TRUE;
    }
  return FALSE;
}

/* A program that is killed lets go of the file without emptying it. */
static void
leave_chord (Fixture    *fixture,
             const char *output)
{
  g_autoptr(ThruSoundingFile) file = open_file (fixture);
  ThruMidiLedger *ledger = thru_sounding_file_claim (file, output);

  g_assert_nonnull (ledger);
  thru_midi_ledger_record (ledger, note_on, sizeof note_on);
  thru_midi_ledger_record (ledger, pedal_down, sizeof pedal_down);
}

static void
test_killed (Fixture      *fixture,
             gconstpointer data)
{
  g_autoptr(ThruSoundingFile) file = NULL;
  ThruMidiLedger left;

  leave_chord (fixture, "jack:out:synth");
  file = open_file (fixture);
  g_assert_true (thru_sounding_file_is_left (file, "jack:out:synth"));
  g_assert_false (thru_sounding_file_is_left (file, "jack:out:drums"));

  g_assert_true (thru_sounding_file_take_left (file, "jack:out:synth", &left));
  thru_midi_ledger_release (&left, NULL, keep_message, fixture);
  g_assert_true (has_released (fixture, note_off));
  g_assert_true (has_released (fixture, (const uint8_t[]) { 0xb3, 64 }));
  g_assert_false (thru_sounding_file_take_left (file, "jack:out:synth", &left));
}

static void
test_output_gone (Fixture      *fixture,
                  gconstpointer data)
{
  g_autoptr(ThruSoundingFile) file = open_file (fixture);
  ThruMidiLedger *ledger = thru_sounding_file_claim (file, "synth");
  ThruMidiLedger left;

  thru_sounding_file_record (ledger, note_on, sizeof note_on);
  thru_sounding_file_record (ledger, (const uint8_t[]) { 0x83, 72, 0 }, 3);
  thru_sounding_file_leave (file, ledger);
  g_assert_true (thru_sounding_file_is_left (file, "synth"));
  g_assert_true (thru_sounding_file_take_left (file, "synth", &left));
  thru_midi_ledger_release (&left, NULL, keep_message, fixture);
  g_assert_true (has_released (fixture, note_off));
  g_assert_true (has_released (fixture, (const uint8_t[]) { 0x83, 72 }));

  ledger = thru_sounding_file_claim (file, "silent");
  thru_sounding_file_leave (file, ledger);
  g_assert_false (thru_sounding_file_is_left (file, "silent"));
  g_assert_false (thru_sounding_file_is_left (file, "synth"));
}

static void
test_killed_twice (Fixture      *fixture,
                   gconstpointer data)
{
  g_autoptr(ThruSoundingFile) file = NULL;
  ThruMidiLedger left;

  leave_chord (fixture, "unplugged");
  leave_chord (fixture, "unplugged");
  leave_chord (fixture, "other");
  file = open_file (fixture);
  g_assert_true (thru_sounding_file_take_left (file, "unplugged", &left));
  g_assert_cmpuint (left.held[3][60], ==, 2);
  g_assert_true (thru_sounding_file_is_left (file, "other"));
}

static void
test_killed_at_the_end (Fixture      *fixture,
                        gconstpointer data)
{
  static const uint8_t pedal_up[] = { 0xb5, 64, 0 };
  g_autoptr(ThruSoundingFile) file = open_file (fixture);
  ThruMidiLedger *ledger = thru_sounding_file_claim (file, "synth");
  ThruMidiLedger left;

  /* More of them than are kept, the last ones to be found. */
  for (guint i = 0; i < 300; i++)
    thru_sounding_file_record (ledger, (const uint8_t[]) { 0x80, i % 128, 0 }, 3);
  thru_sounding_file_record (ledger, note_on, sizeof note_on);
  thru_sounding_file_record (ledger, note_off, sizeof note_off);
  thru_sounding_file_record (ledger, pedal_up, sizeof pedal_up);
  thru_sounding_file_record (ledger, (const uint8_t[]) { 0x90, 1, 1 }, 3); /* for a clean end would remove the file */
  g_clear_pointer (&file, thru_sounding_file_unref);

  file = open_file (fixture);
  g_assert_true (thru_sounding_file_take_left (file, "synth", &left));
  thru_midi_ledger_release (&left, NULL, keep_message, fixture);
  g_assert_true (has_released (fixture, note_off));
  g_assert_true (has_released (fixture, pedal_up));
  g_assert_true (has_released (fixture, (const uint8_t[]) { 0xb3, 123 }));
  g_assert_false (thru_sounding_file_is_left (file, "synth"));
}

static void
test_killed_after_closing (Fixture      *fixture,
                           gconstpointer data)
{
  g_autoptr(ThruSoundingFile) file = open_file (fixture);
  ThruMidiLedger *ledger = thru_sounding_file_claim (file, "synth");
  ThruMidiLedger *other = thru_sounding_file_claim (file, "drums");
  ThruMidiLedger left;

  thru_sounding_file_record (other, note_on, sizeof note_on);
  thru_sounding_file_record (ledger, note_on, sizeof note_on);
  thru_sounding_file_record (ledger, note_off, sizeof note_off);
  thru_sounding_file_release (file, ledger);
  g_clear_pointer (&file, thru_sounding_file_unref);

  file = open_file (fixture);
  g_assert_true (thru_sounding_file_take_left (file, "synth", &left));
  thru_midi_ledger_release (&left, NULL, keep_message, fixture);
  g_assert_true (has_released (fixture, note_off));
}

static void
test_clean_end (Fixture      *fixture,
                gconstpointer data)
{
  ThruSoundingFile *file = open_file (fixture);
  ThruMidiLedger *ledger = thru_sounding_file_claim (file, "synth");

  thru_midi_ledger_record (ledger, note_on, sizeof note_on);
  thru_midi_ledger_record (ledger, note_off, sizeof note_off);
  thru_sounding_file_unref (file);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

static void
test_second_program (Fixture      *fixture,
                     gconstpointer data)
{
  g_autoptr(ThruSoundingFile) first = open_file (fixture);
  g_autoptr(GError) error = NULL;

  g_assert_null (thru_sounding_file_open (fixture->path, &error));
  g_assert_nonnull (strstr (error->message, fixture->path));
}

static void
test_full (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr(ThruSoundingFile) file = open_file (fixture);
  ThruMidiLedger *first = thru_sounding_file_claim (file, "0");

  for (guint i = 1; i < THRU_SOUNDING_OUTPUTS_MAX; i++)
    g_assert_nonnull (thru_sounding_file_claim (file, "more"));
  g_assert_null (thru_sounding_file_claim (file, "too many"));

  thru_sounding_file_release (file, first);
  g_assert_nonnull (thru_sounding_file_claim (file, "again"));
}

static void
test_damaged (Fixture      *fixture,
              gconstpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autofree guint8 *noise = g_malloc (500000);

  leave_chord (fixture, "synth");
  for (guint round = 0; round < 3; round++)
    {
      g_autoptr(ThruSoundingFile) file = NULL;
      ThruMidiLedger left;

      /* From garbage of another length to garbage behind a good beginning. */
      memset (noise, round == 0 ? 0xff : 0x41, 500000);
      if (round == 2)
        {
          g_autofree char *good = NULL;

          leave_chord (fixture, "synth");
          g_assert_true (g_file_get_contents (fixture->path, &good, NULL, NULL));
          memcpy (noise, good, 32);
        }
      g_assert_true (g_file_set_contents (fixture->path, (char *) noise, round == 0 ? 100 : 500000, NULL));
      file = open_file (fixture);
      if (thru_sounding_file_take_left (file, "synth", &left))
        thru_midi_ledger_release (&left, NULL, keep_message, fixture);
    }
}

static void
test_no_folder (Fixture      *fixture,
                gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (thru_sounding_file_open ("/proc/nowhere/sounding", &error));
  g_assert_nonnull (error);
}

#define ADD(path, test) g_test_add ("/studio/sounding-file/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("what-a-killed-program-had-sounding-is-released-exactly", test_killed);
  ADD ("what-an-output-had-sounding-when-it-went-is-released-when-it-is-back", test_output_gone);
  ADD ("what-was-ended-just-before-is-ended-again", test_killed_at_the_end);
  ADD ("what-was-ended-as-its-output-closed-is-ended-again", test_killed_after_closing);
  ADD ("what-is-left-stays-so-until-it-is-taken", test_killed_twice);
  ADD ("a-clean-end-leaves-no-file", test_clean_end);
  ADD ("a-second-program-goes-without", test_second_program);
  ADD ("places-are-bounded-and-used-again", test_full);
  ADD ("a-damaged-file-does-no-harm", test_damaged);
  ADD ("no-folder-is-an-error", test_no_folder);
  return g_test_run ();
}
