/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "midi-fixture.h"
#include "thru-demo-port.h"

#include <string.h>

static const uint8_t note[] = { 0x90, 60, 100 };

static ThruMidiSystem *
start_demo (void)
{
  ThruMidiSystem *system = thru_midi_system_new (THRU_MIDI_API_DEMO);

  thru_demo_ports_clear ();
  thru_demo_port_add ("Keys", THRU_DIRECTION_SOURCE);
  thru_demo_port_add ("Synth", THRU_DIRECTION_DESTINATION);
  thru_midi_system_start (system);
  wait_until (2, thru_midi_system_get_ports (system)->len == 2);
  return system;
}

static void
stop_demo (ThruMidiSystem *system)
{
  gint64 start = g_get_monotonic_time ();

  thru_midi_system_stop (system);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_finalize_object (system);
}

static void
count_call (GObject *object,
            guint   *n)
{
  (*n)++;
}

static void
test_lists_sources_first (void)
{
  ThruMidiSystem *system = start_demo ();
  ThruPortInfo *info = g_ptr_array_index (thru_midi_system_get_ports (system), 0);

  g_assert_true (thru_midi_system_is_working (system));
  g_assert_cmpstr (thru_midi_system_get_api_name (system), ==, "Demo");
  g_assert_null (thru_midi_system_get_problem (system));
  g_assert_cmpint (info->direction, ==, THRU_DIRECTION_SOURCE);
  g_assert_cmpstr (info->id, ==, "demo:in:Keys");
  stop_demo (system);
}

static void
test_tells_of_plugging (void)
{
  ThruMidiSystem *system = start_demo ();
  guint n = 0;

  g_signal_connect (system, "changed", G_CALLBACK (count_call), &n);
  thru_demo_port_add ("Pads", THRU_DIRECTION_SOURCE);
  wait_until (2, find_port (system, "Pads", THRU_DIRECTION_SOURCE) != NULL);
  thru_demo_port_remove ("Pads", THRU_DIRECTION_SOURCE);
  wait_until (2, find_port (system, "Pads", THRU_DIRECTION_SOURCE) == NULL);
  g_assert_cmpuint (n, ==, 2);
  stop_demo (system);
}

static void
test_says_when_nothing_works (void)
{
  ThruMidiSystem *system = start_demo ();

  thru_demo_ports_set_working (FALSE);
  wait_until (2, !thru_midi_system_is_working (system));
  g_assert_nonnull (thru_midi_system_get_problem (system));
  g_assert_null (thru_midi_system_get_api_name (system));
  g_assert_cmpuint (thru_midi_system_get_ports (system)->len, ==, 0);
  thru_demo_ports_set_working (TRUE);
  wait_until (2, thru_midi_system_is_working (system));
  g_assert_null (thru_midi_system_get_problem (system));
  g_assert_cmpuint (thru_midi_system_get_ports (system)->len, ==, 2);
  stop_demo (system);
}

static void
test_goes_on_when_the_midi_system_hangs (void)
{
  ThruMidiSystem *system = start_demo ();

  thru_demo_ports_set_hanging (TRUE);
  wait_until (10, !thru_midi_system_is_working (system));
  g_assert_nonnull (thru_midi_system_get_problem (system));
  thru_demo_ports_set_hanging (FALSE);
  wait_until (5, thru_midi_system_is_working (system));
  stop_demo (system);
}

static void
test_stops_although_the_midi_system_hangs (void)
{
  ThruMidiSystem *system = start_demo ();
  ThruInput *input;

  thru_demo_ports_set_hanging (TRUE);
  input = thru_midi_system_open_input (system, "demo:in:Keys");
  iterate_briefly ();
  stop_demo (system);
  g_assert_cmpint (thru_port_get_state (THRU_PORT (input)), ==, THRU_PORT_FAILED);
  g_assert_finalize_object (input);
  thru_demo_ports_set_hanging (FALSE);
}

static void
test_receives (void)
{
  ThruMidiSystem *system = start_demo ();
  ThruInput *input = thru_midi_system_open_input (system, "demo:in:Keys");
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  guint n = 0;

  g_signal_connect (input, "state-changed", G_CALLBACK (count_call), &n);
  wait_until (2, n == 1);
  g_assert_cmpint (thru_port_get_state (THRU_PORT (input)), ==, THRU_PORT_OPEN);
  g_assert_null (thru_port_get_problem (THRU_PORT (input)));
  g_assert_true (thru_demo_port_inject ("Keys", note, sizeof note));
  read_input (input, bytes);
  g_assert_cmpmem (bytes->data, bytes->len, note, sizeof note);
  g_assert_finalize_object (input);
  wait_until (2, !thru_demo_port_inject ("Keys", note, sizeof note));
  stop_demo (system);
}

static void
test_dead_input_waits_for_no_other (void)
{
  ThruMidiSystem *system = start_demo ();
  ThruInput *input = thru_midi_system_open_input (system, "demo:in:Keys");
  ThruOutput *stuck;

  wait_until (2, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_OPEN);
  thru_demo_port_set_stuck ("Synth", THRU_DIRECTION_DESTINATION, TRUE);
  stuck = thru_midi_system_open_output (system, "demo:out:Synth");
  iterate_briefly ();
  thru_demo_port_remove ("Keys", THRU_DIRECTION_SOURCE);
  wait_until (2, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_FAILED);
  g_assert_cmpint (thru_port_get_state (THRU_PORT (stuck)), ==, THRU_PORT_OPENING);
  g_assert_nonnull (thru_port_get_problem (THRU_PORT (input)));
  thru_demo_port_set_stuck ("Synth", THRU_DIRECTION_DESTINATION, FALSE);
  g_assert_finalize_object (input);
  g_assert_finalize_object (stuck);
  stop_demo (system);
}

static void
test_unknown_id_fails (void)
{
  ThruMidiSystem *system = start_demo ();
  ThruInput *input = thru_midi_system_open_input (system, "demo:in:Nothing");
  ThruOutput *output = thru_midi_system_open_output (system, "demo:in:Keys");

  wait_until (2, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_FAILED);
  wait_until (2, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_FAILED);
  g_assert_nonnull (thru_port_get_problem (THRU_PORT (input)));
  g_assert_true (thru_output_send (output, note, sizeof note, 0));
  g_assert_finalize_object (input);
  g_assert_finalize_object (output);
  stop_demo (system);
}

static void
test_unplugging_fails_what_is_open (void)
{
  ThruMidiSystem *system = start_demo ();
  ThruInput *input = thru_midi_system_open_input (system, "demo:in:Keys");
  ThruOutput *output = thru_midi_system_open_output (system, "demo:out:Synth");

  wait_until (2, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_OPEN);
  wait_until (2, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_OPEN);
  thru_demo_port_remove ("Keys", THRU_DIRECTION_SOURCE);
  thru_demo_port_remove ("Synth", THRU_DIRECTION_DESTINATION);
  wait_until (2, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_FAILED);
  wait_until (2, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_FAILED);
  g_object_unref (input);
  g_object_unref (output);
  thru_demo_port_add ("Keys", THRU_DIRECTION_SOURCE);
  input = thru_midi_system_open_input (system, "demo:in:Keys");
  wait_until (2, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_OPEN);
  g_assert_finalize_object (input);
  stop_demo (system);
}

static void
test_sends_in_order (gconstpointer threaded)
{
  ThruMidiSystem *system = start_demo ();
  ThruOutput *output;
  g_autoptr(GByteArray) expected = g_byte_array_new ();
  g_autoptr(GByteArray) sysex = make_sysex (20000);
  g_autoptr(GByteArray) got = g_byte_array_new ();

  thru_demo_port_set_threaded ("Synth", threaded != NULL);
  output = thru_midi_system_open_output (system, "demo:out:Synth");
  wait_until (2, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_OPEN);
  for (guint i = 0; i < 1000; i++)
    {
      uint8_t message[] = { 0xB0, (uint8_t) (i / 128), (uint8_t) (i % 128) };

      g_assert_true (thru_output_send (output, message, sizeof message, 0));
      g_byte_array_append (expected, message, sizeof message);
    }
  g_assert_true (thru_output_send (output, sysex->data, sysex->len, 0));
  g_assert_true (thru_output_send (output, note, sizeof note, 0));
  g_byte_array_append (expected, sysex->data, sysex->len);
  g_byte_array_append (expected, note, sizeof note);

  /* What was accepted is played although nobody holds the output any more. */
  g_assert_finalize_object (output);
  while (got->len < expected->len)
    {
      g_autoptr(GBytes) taken = thru_demo_port_take ("Synth");

      g_byte_array_append (got, g_bytes_get_data (taken, NULL), (guint) g_bytes_get_size (taken));
      iterate_briefly ();
    }
  g_assert_cmpmem (got->data, got->len, expected->data, expected->len);
  stop_demo (system);
}

static void
test_never_sends_what_is_no_message (void)
{
  ThruMidiSystem *system = start_demo ();
  ThruOutput *output = thru_midi_system_open_output (system, "demo:out:Synth");
  static const uint8_t undefined[] = { 0xF4, 0xF5, 0xF9, 0xFD, 0xF7, 0x40 };
  static const uint8_t open_sysex[] = { 0xF0, 1, 2 };
  g_autoptr(GBytes) taken = NULL;

  wait_until (2, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_OPEN);
  for (guint i = 0; i < sizeof undefined; i++)
    g_assert_true (thru_output_send (output, undefined + i, 1, 0));
  g_assert_true (thru_output_send (output, open_sysex, sizeof open_sysex, 0));
  g_assert_true (thru_output_send (output, undefined, 0, 0));
  g_assert_finalize_object (output);
  stop_demo (system);
  taken = thru_demo_port_take ("Synth");
  g_assert_cmpuint (g_bytes_get_size (taken), ==, 0);
}

static void
test_full_queue_is_refused (void)
{
  ThruMidiSystem *system = start_demo ();
  ThruOutput *output;
  g_autoptr(GByteArray) sysex = make_sysex (60000);
  guint accepted = 0;

  thru_demo_port_set_threaded ("Synth", TRUE);
  thru_demo_port_set_blocked ("Synth", TRUE);
  output = thru_midi_system_open_output (system, "demo:out:Synth");
  wait_until (2, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_OPEN);
  while (accepted < 20 && thru_output_send (output, sysex->data, sysex->len, 0))
    accepted++;
  g_assert_cmpuint (accepted, >=, 4);
  g_assert_cmpuint (accepted, <, 20);
  thru_demo_port_set_blocked ("Synth", FALSE);
  g_assert_finalize_object (output);
  stop_demo (system);
}

static void
test_output_that_hangs_fails (void)
{
  ThruMidiSystem *system = start_demo ();
  ThruOutput *output;
  gint64 start;

  thru_demo_port_set_threaded ("Synth", TRUE);
  output = thru_midi_system_open_output (system, "demo:out:Synth");
  wait_until (2, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_OPEN);
  thru_demo_port_set_blocked ("Synth", TRUE);
  start = g_get_monotonic_time ();
  for (guint i = 0; i < 1000; i++)
    thru_output_send (output, note, sizeof note, 0);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC / 4);
  wait_until (4, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_FAILED);
  g_assert_nonnull (thru_port_get_problem (THRU_PORT (output)));
  g_assert_finalize_object (output);
  stop_demo (system);
  thru_demo_port_set_blocked ("Synth", FALSE);
}

static gsize
count_taken (const char *name)
{
  g_autoptr(GBytes) taken = thru_demo_port_take (name);

  return g_bytes_get_size (taken);
}

/* Evaluated once more when it is true. */
static gboolean
hears_note (const char *name,
            gboolean   *heard)
{
  *heard |= count_taken (name) == sizeof note;
  return *heard;
}

static void
test_stuck_output_delays_no_other (void)
{
  ThruMidiSystem *system = start_demo ();
  ThruOutput *stuck;
  ThruOutput *other;

  thru_demo_port_add ("Drums", THRU_DIRECTION_DESTINATION);
  thru_demo_port_set_threaded ("Synth", TRUE);
  thru_demo_port_set_threaded ("Drums", TRUE);
  wait_until (2, find_port (system, "Drums", THRU_DIRECTION_DESTINATION) != NULL);
  stuck = thru_midi_system_open_output (system, "demo:out:Synth");
  other = thru_midi_system_open_output (system, "demo:out:Drums");
  wait_until (2, thru_port_get_state (THRU_PORT (stuck)) == THRU_PORT_OPEN);
  wait_until (2, thru_port_get_state (THRU_PORT (other)) == THRU_PORT_OPEN);
  thru_demo_port_set_blocked ("Synth", TRUE);
  g_assert_true (thru_output_send (stuck, note, sizeof note, 0));
  for (guint i = 0; i < 10; i++)
    {
      gboolean heard = FALSE;

      g_assert_true (thru_output_send (other, note, sizeof note, 0));
      wait_until (1, hears_note ("Drums", &heard));
    }
  thru_demo_port_set_blocked ("Synth", FALSE);
  g_assert_finalize_object (stuck);
  g_assert_finalize_object (other);
  stop_demo (system);
}

static void
test_stuck_opening_stops_no_other (void)
{
  ThruMidiSystem *system = start_demo ();
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  ThruInput *other = thru_midi_system_open_input (system, "demo:in:Keys");
  ThruOutput *stuck;
  ThruOutput *again;
  guint threads;

  wait_until (2, thru_port_get_state (THRU_PORT (other)) == THRU_PORT_OPEN);
  thru_demo_port_set_stuck ("Synth", THRU_DIRECTION_DESTINATION, TRUE);
  stuck = thru_midi_system_open_output (system, "demo:out:Synth");
  while (thru_port_get_state (THRU_PORT (stuck)) == THRU_PORT_OPENING)
    {
      g_byte_array_set_size (bytes, 0);
      g_assert_true (thru_demo_port_inject ("Keys", note, sizeof note));
      read_input (other, bytes);
      g_assert_cmpmem (bytes->data, bytes->len, note, sizeof note);
      g_assert_nonnull (find_port (system, "Synth", THRU_DIRECTION_DESTINATION));
      iterate_briefly ();
    }
  g_assert_cmpstr (thru_port_get_problem (THRU_PORT (stuck)), ==,
                   "The device does not answer. Unplug it, and plug it in again.");
  g_assert_cmpint (thru_port_get_state (THRU_PORT (other)), ==, THRU_PORT_OPEN);

  /* Not tried again, which would cost a thread each time. */
  threads = count_in_proc ("task");
  again = thru_midi_system_open_output (system, "demo:out:Synth");
  wait_until (2, thru_port_get_state (THRU_PORT (again)) == THRU_PORT_FAILED);
  g_assert_cmpuint (count_in_proc ("task"), <=, threads);
  g_assert_finalize_object (again);
  g_assert_finalize_object (stuck);

  thru_demo_port_set_stuck ("Synth", THRU_DIRECTION_DESTINATION, FALSE);
  wait_until (2, count_in_proc ("task") < threads);
  again = thru_midi_system_open_output (system, "demo:out:Synth");
  wait_until (2, thru_port_get_state (THRU_PORT (again)) == THRU_PORT_OPEN);
  g_assert_finalize_object (again);
  g_assert_finalize_object (other);
  stop_demo (system);
}

static void
test_opening_and_closing_leaks_nothing (void)
{
  ThruMidiSystem *system = start_demo ();
  guint fds = count_in_proc ("fd");
  guint threads = count_in_proc ("task");

  for (guint i = 0; i < 1000; i++)
    {
      g_autoptr(ThruInput) input = thru_midi_system_open_input (system, "demo:in:Keys");
      g_autoptr(ThruOutput) output = thru_midi_system_open_output (system, "demo:out:Synth");

      if (i % 2 == 0)
        wait_until (2, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_OPEN);
    }
  wait_until (5, count_in_proc ("fd") <= fds && count_in_proc ("task") <= threads);
  stop_demo (system);
}

static gpointer
drop (gpointer object)
{
  g_object_unref (object);
  return NULL;
}

static void
test_may_be_dropped_on_any_thread (void)
{
  ThruMidiSystem *system = start_demo ();
  ThruInput *input = thru_midi_system_open_input (system, "demo:in:Keys");

  wait_until (2, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_OPEN);
  g_thread_join (g_thread_new ("other", drop, input));
  wait_until (2, !thru_demo_port_inject ("Keys", note, sizeof note));
  stop_demo (system);
}

static void
test_demonstration_plays (void)
{
  ThruMidiSystem *system = thru_midi_system_new (THRU_MIDI_API_DEMO);
  ThruInput *input;
  g_autoptr(GByteArray) bytes = g_byte_array_new ();

  thru_midi_system_start (system);
  wait_until (2, thru_midi_system_get_ports (system)->len == 4);
  input = thru_midi_system_open_input (system, "demo:in:Demo Keyboard");
  wait_until (5, (read_input (input, bytes), bytes->len >= 9));
  g_assert_cmpuint (bytes->data[0] & 0xE0, ==, 0x80);
  g_assert_finalize_object (input);
  stop_demo (system);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  /* First: the other tests remove the devices of the demonstration. */
  g_test_add_func ("/devices/system/demonstration-plays", test_demonstration_plays);
  g_test_add_func ("/devices/system/lists-sources-first", test_lists_sources_first);
  g_test_add_func ("/devices/system/tells-of-plugging", test_tells_of_plugging);
  g_test_add_func ("/devices/system/says-when-nothing-works", test_says_when_nothing_works);
  g_test_add_func ("/devices/system/goes-on-when-the-midi-system-hangs", test_goes_on_when_the_midi_system_hangs);
  g_test_add_func ("/devices/system/stops-although-the-midi-system-hangs", test_stops_although_the_midi_system_hangs);
  g_test_add_func ("/devices/input/receives", test_receives);
  g_test_add_func ("/devices/input/unknown-id-fails", test_unknown_id_fails);
  g_test_add_func ("/devices/input/may-be-dropped-on-any-thread", test_may_be_dropped_on_any_thread);
  g_test_add_func ("/devices/input/dead-one-waits-for-no-other", test_dead_input_waits_for_no_other);
  g_test_add_func ("/devices/input/unplugging-fails-what-is-open", test_unplugging_fails_what_is_open);
  g_test_add_data_func ("/devices/output/sends-in-order", NULL, test_sends_in_order);
  g_test_add_data_func ("/devices/output/sends-in-order-on-a-thread", "", test_sends_in_order);
  g_test_add_func ("/devices/output/never-sends-what-is-no-message", test_never_sends_what_is_no_message);
  g_test_add_func ("/devices/output/full-queue-is-refused", test_full_queue_is_refused);
  g_test_add_func ("/devices/output/that-hangs-fails", test_output_that_hangs_fails);
  g_test_add_func ("/devices/output/stuck-one-delays-no-other", test_stuck_output_delays_no_other);
  g_test_add_func ("/devices/output/stuck-opening-stops-no-other", test_stuck_opening_stops_no_other);
  g_test_add_func ("/devices/output/opening-and-closing-leaks-nothing", test_opening_and_closing_leaks_nothing);

  return g_test_run ();
}
