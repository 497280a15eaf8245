/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The devices layer against a real JACK server (dummy driver) of its own and jack-midi at the other end. */

#include "midi-fixture.h"

#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static GSubprocess *jackd;

/* A test that fails must not leave servers behind: JACK allows eight. */
static void
die_with_us (gpointer unused)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
spawn (const char *const *argv,
       GSubprocessFlags   flags)
{
  g_autoptr(GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr(GError) error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_child_setup (launcher, die_with_us, NULL, NULL);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  return process;
}

static void
start_jackd (const char *period)
{
  const char *argv[] = { "jackd", "-S", "-n", g_getenv ("JACK_DEFAULT_SERVER"), "-d", "dummy", "-r", "48000", "-p", period, NULL };
  g_autofree char *path = g_find_program_in_path ("jackd");

  if (path == NULL)
    g_error ("jackd is missing: install the package jackd2");
  jackd = spawn (argv, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
}

static void
kill_process (GSubprocess **process)
{
  g_subprocess_force_exit (*process);
  g_subprocess_wait (*process, NULL, NULL);
  g_clear_object (process);
}

/* Politely: it leaves nothing in /dev/shm. */
static void
end_jackd (void)
{
  g_subprocess_send_signal (jackd, SIGTERM);
  g_subprocess_wait (jackd, NULL, NULL);
  g_clear_object (&jackd);
}

static GSubprocess *
spawn_jack_midi (const char      *command,
                 const char      *name,
                 const char      *file,
                 GSubprocessFlags flags)
{
  g_autofree char *program = g_test_build_filename (G_TEST_BUILT, "rooms", "jack-midi", NULL);
  const char *argv[] = { program, command, name, file, NULL };

  return spawn (argv, flags | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
}

static ThruMidiSystem *
start_system (void)
{
  ThruMidiSystem *system = thru_midi_system_new (THRU_MIDI_API_JACK);

  thru_midi_system_start (system);
  wait_until (10, thru_midi_system_is_working (system));
  g_assert_cmpstr (thru_midi_system_get_api_name (system), ==, "JACK");
  return system;
}

static void
stop_system (ThruMidiSystem *system)
{
  gint64 start = g_get_monotonic_time ();

  thru_midi_system_stop (system);
  g_assert_cmpint (g_get_monotonic_time () - start, <, G_USEC_PER_SEC);
  g_assert_finalize_object (system);
}

/* 1,000 numbered notes with a clock now and then, and System Exclusive of 3, 300, 5,000 and 60,000 octets.
 * Returns: (element-type GBytes): the messages. */
static GPtrArray *
make_stream (void)
{
  static const guint lengths[] = { 3, 300, 5000, 60000 };
  static const uint8_t clock = 0xF8;
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < 1000; i++)
    {
      uint8_t note[] = { (uint8_t) (0x90 | i % 16), (uint8_t) (i / 128), (uint8_t) (i % 128) };

      g_ptr_array_add (messages, g_bytes_new (note, sizeof note));
      if (i % 24 == 0)
        g_ptr_array_add (messages, g_bytes_new (&clock, 1));
    }
  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    g_ptr_array_add (messages, g_byte_array_free_to_bytes (make_sysex (lengths[i])));
  return messages;
}

static char *
write_lines (GPtrArray *messages)
{
  GString *text = g_string_new (NULL);
  char *path = g_build_filename (g_get_tmp_dir (), "thruwall-play-XXXXXX", NULL);
  g_autoptr(GError) error = NULL;
  int fd = g_mkstemp (path);

  for (guint i = 0; i < messages->len; i++)
    {
      gsize length;
      const uint8_t *bytes = g_bytes_get_data (g_ptr_array_index (messages, i), &length);

      for (gsize j = 0; j < length; j++)
        g_string_append_printf (text, "%02x", bytes[j]);
      g_string_append_c (text, '\n');
    }
  close (fd);
  g_file_set_contents (path, text->str, (gssize) text->len, &error);
  g_assert_no_error (error);
  g_string_free (text, TRUE);
  return path;
}

/* Appends the octets of what jack-midi printed. Lines may come in pieces. */
static void
read_record (GSubprocess *recorder,
             GString     *line,
             GByteArray  *bytes)
{
  GPollableInputStream *stream = G_POLLABLE_INPUT_STREAM (g_subprocess_get_stdout_pipe (recorder));
  char text[8192];
  gssize n;

  while ((n = g_pollable_input_stream_read_nonblocking (stream, text, sizeof text, NULL, NULL)) > 0)
    g_string_append_len (line, text, n);
  for (char *end; (end = memchr (line->str, '\n', line->len)) != NULL; g_string_erase (line, 0, end + 1 - line->str))
    for (const char *p = strchr (line->str, ' ') + 1; p < end; p += 2)
      {
        uint8_t octet = (uint8_t) (g_ascii_xdigit_value (p[0]) * 16 + g_ascii_xdigit_value (p[1]));

        g_byte_array_append (bytes, &octet, 1);
      }
}

static ThruOutput *
open_output (ThruMidiSystem *system,
             const char     *id)
{
  ThruOutput *output = thru_midi_system_open_output (system, id);

  wait_until (3, thru_port_get_state (THRU_PORT (output)) != THRU_PORT_OPENING);
  g_assert_cmpstr (thru_port_get_problem (THRU_PORT (output)), ==, NULL);
  return output;
}

static ThruInput *
open_input (ThruMidiSystem *system,
            const char     *id)
{
  ThruInput *input = thru_midi_system_open_input (system, id);

  wait_until (3, thru_port_get_state (THRU_PORT (input)) != THRU_PORT_OPENING);
  g_assert_cmpstr (thru_port_get_problem (THRU_PORT (input)), ==, NULL);
  return input;
}

/* Sends all to @output, which @recorder must get in order and unchanged. */
static void
check_output (ThruOutput  *output,
              GSubprocess *recorder,
              GPtrArray   *messages)
{
  g_autoptr(GByteArray) expected = join_messages (messages);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  GString *line = g_string_new (NULL);

  for (guint i = 0; i < messages->len; i++)
    {
      gsize length;
      const uint8_t *message = g_bytes_get_data (g_ptr_array_index (messages, i), &length);

      gboolean sent = FALSE;

      wait_until (5, sent || (sent = thru_output_send (output, message, length, (uint64_t) g_get_monotonic_time ())));
    }
  wait_until (10, (read_record (recorder, line, bytes), bytes->len >= expected->len));
  g_assert_cmpmem (bytes->data, bytes->len, expected->data, expected->len);
  g_string_free (line, TRUE);
}

/* A server, the system, and a synthesizer that is seen. */
static ThruMidiSystem *
start_with_synth (const char      *period,
                  GSubprocessFlags flags,
                  GSubprocess    **recorder)
{
  ThruMidiSystem *system;

  start_jackd (period);
  system = start_system ();
  *recorder = spawn_jack_midi ("record", "Synth", NULL, flags);
  wait_until (3, find_port (system, "Synth:in", THRU_DIRECTION_DESTINATION) != NULL);
  return system;
}

static void
test_carries_everything (gconstpointer period)
{
  g_autoptr(GPtrArray) messages = make_stream ();
  g_autoptr(GByteArray) expected = join_messages (messages);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  g_autofree char *path = write_lines (messages);
  ThruMidiSystem *system;
  GSubprocess *recorder;
  GSubprocess *player;
  ThruOutput *output;
  ThruInput *input;

  system = start_with_synth (period, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &recorder);
  output = open_output (system, "jack:out:Synth:in");
  check_output (output, recorder, messages);

  player = spawn_jack_midi ("play", "Keys", path, G_SUBPROCESS_FLAGS_NONE);
  wait_until (3, find_port (system, "Keys:out", THRU_DIRECTION_SOURCE) != NULL);
  input = open_input (system, "jack:in:Keys:out");
  wait_until (20, (read_input (input, bytes), bytes->len >= expected->len));
  g_assert_cmpmem (bytes->data, bytes->len, expected->data, expected->len);

  /* Those that we opened are not devices. */
  g_assert_cmpuint (thru_midi_system_get_ports (system)->len, <=, 2);
  g_assert_finalize_object (input);
  g_assert_finalize_object (output);
  kill_process (&player);
  kill_process (&recorder);
  stop_system (system);
  end_jackd ();
  unlink (path);
}

static void
test_ports_come_and_go (void)
{
  ThruMidiSystem *system;
  GSubprocess *recorder;
  gint64 start;

  start_jackd ("256");
  system = start_system ();
  for (guint i = 0; i < 3; i++)
    {
      ThruOutput *output;

      recorder = spawn_jack_midi ("record", "Synth", NULL, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
      start = g_get_monotonic_time ();
      wait_until (2, find_port (system, "Synth:in", THRU_DIRECTION_DESTINATION) != NULL);
      g_test_message ("came after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
      output = open_output (system, "jack:out:Synth:in");
      kill_process (&recorder);
      start = g_get_monotonic_time ();
      wait_until (2, find_port (system, "Synth:in", THRU_DIRECTION_DESTINATION) == NULL);
      g_test_message ("went after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
      g_assert_cmpint (thru_port_get_state (THRU_PORT (output)), ==, THRU_PORT_FAILED);
      g_assert_finalize_object (output);
    }
  stop_system (system);
  end_jackd ();
}

static gint64
flood (ThruOutput *output,
       guint       n)
{
  static const uint8_t note[] = { 0x90, 60, 100 };
  gint64 longest = 0;

  for (guint i = 0; i < n; i++)
    {
      gint64 start = g_get_monotonic_time ();

      thru_output_send (output, note, sizeof note, (uint64_t) start);
      longest = MAX (longest, g_get_monotonic_time () - start);
    }
  return longest;
}

static void
test_server_dies_and_returns (void)
{
  g_autoptr(GPtrArray) messages = make_stream ();
  ThruMidiSystem *system;
  GSubprocess *recorder;
  ThruOutput *outputs[3];
  gint64 start;

  system = start_with_synth ("256", G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &recorder);
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++)
    outputs[i] = open_output (system, "jack:out:Synth:in");
  flood (outputs[0], 100);

  kill_process (&jackd);
  start = g_get_monotonic_time ();
  g_assert_cmpint (flood (outputs[0], 20000), <, G_USEC_PER_SEC / 10);
  wait_until (3, thru_port_get_state (THRU_PORT (outputs[0])) == THRU_PORT_FAILED &&
              thru_port_get_state (THRU_PORT (outputs[2])) == THRU_PORT_FAILED);
  g_test_message ("failed after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  wait_until (3, !thru_midi_system_is_working (system));
  g_assert_nonnull (thru_midi_system_get_problem (system));
  g_assert_cmpuint (thru_midi_system_get_ports (system)->len, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (outputs); i++)
    g_assert_finalize_object (outputs[i]);
  kill_process (&recorder);

  start_jackd ("256");
  start = g_get_monotonic_time ();
  wait_until (10, thru_midi_system_is_working (system));
  g_test_message ("returned after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  recorder = spawn_jack_midi ("record", "Synth", NULL, G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  wait_until (3, find_port (system, "Synth:in", THRU_DIRECTION_DESTINATION) != NULL);
  outputs[0] = open_output (system, "jack:out:Synth:in");
  check_output (outputs[0], recorder, messages);
  g_assert_finalize_object (outputs[0]);
  kill_process (&recorder);
  stop_system (system);
  end_jackd ();
}

/* What it has sounding must not wait for whatever that thread is busy with. */
static void
test_input_ends_beside_a_busy_main_thread (void)
{
  gint64 until;
  ThruMidiSystem *system;
  GSubprocess *player;
  ThruInput *input;

  start_jackd ("256");
  system = start_system ();
  player = spawn_jack_midi ("echo", "Keys", NULL, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  wait_until (3, find_port (system, "Keys:out", THRU_DIRECTION_SOURCE) != NULL);
  input = thru_midi_system_open_input (system, "jack:in:Keys:out");
  wait_until (3, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_OPEN);
  g_assert_false (thru_ring_has_ended (thru_input_get_ring (input)));

  kill_process (&jackd);
  until = g_get_monotonic_time () + 5 * G_USEC_PER_SEC;
  while (!thru_ring_has_ended (thru_input_get_ring (input)) && g_get_monotonic_time () < until)
    g_usleep (1000);
  g_assert_true (thru_ring_has_ended (thru_input_get_ring (input)));

  g_assert_finalize_object (input);
  kill_process (&player);
  stop_system (system);
}

static void
test_server_freezes (void)
{
  ThruMidiSystem *system;
  GSubprocess *recorder;
  ThruOutput *output;

  system = start_with_synth ("256", G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &recorder);
  output = open_output (system, "jack:out:Synth:in");
  flood (output, 100);
  /* So that its time was seen to pass. */
  for (gint64 until = g_get_monotonic_time () + 2500000; g_get_monotonic_time () < until;)
    iterate_briefly ();
  g_subprocess_send_signal (jackd, SIGSTOP);
  g_assert_cmpint (flood (output, 20000), <, G_USEC_PER_SEC / 10);
  wait_until (6, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_FAILED);
  g_assert_finalize_object (output);
  g_subprocess_send_signal (jackd, SIGCONT);
  wait_until (10, thru_midi_system_is_working (system));
  kill_process (&recorder);
  stop_system (system);
  end_jackd ();
}

static void
test_opening_while_the_server_hangs (void)
{
  static const char words[] = "The MIDI system does not answer. Restart JACK or PipeWire.";
  ThruMidiSystem *system;
  GSubprocess *recorder;
  ThruOutput *output;

  system = start_with_synth ("256", G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &recorder);
  g_subprocess_send_signal (jackd, SIGSTOP);
  output = thru_midi_system_open_output (system, "jack:out:Synth:in");
  wait_until (20, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_FAILED);
  wait_until (20, g_strcmp0 (thru_midi_system_get_problem (system), words) == 0);
  g_assert_cmpstr (thru_port_get_problem (THRU_PORT (output)), ==, words);
  g_assert_finalize_object (output);

  g_subprocess_send_signal (jackd, SIGCONT);
  wait_until (10, find_port (system, "Synth:in", THRU_DIRECTION_DESTINATION) != NULL);
  output = open_output (system, "jack:out:Synth:in");
  g_assert_finalize_object (output);
  kill_process (&recorder);
  stop_system (system);
  end_jackd ();
}

static void
test_last_messages_are_played (void)
{
  static const uint8_t note_off[] = { 0x80, 60, 64 };
  ThruMidiSystem *system;
  GSubprocess *recorder;
  ThruOutput *output;
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  GString *line = g_string_new (NULL);

  system = start_with_synth ("1024", G_SUBPROCESS_FLAGS_STDOUT_PIPE, &recorder);
  output = open_output (system, "jack:out:Synth:in");
  for (guint i = 0; i < 100; i++)
    g_assert_true (thru_output_send (output, note_off, sizeof note_off, 0));
  stop_system (system);
  g_assert_finalize_object (output);
  wait_until (2, (read_record (recorder, line, bytes), bytes->len == 100 * sizeof note_off));
  g_string_free (line, TRUE);
  kill_process (&recorder);
  end_jackd ();
}

static void
test_server_comes_late (void)
{
  ThruMidiSystem *system = thru_midi_system_new (THRU_MIDI_API_JACK);

  thru_midi_system_start (system);
  wait_until (2, thru_midi_system_get_problem (system) != NULL);
  g_assert_false (thru_midi_system_is_working (system));
  start_jackd ("256");
  wait_until (10, thru_midi_system_is_working (system));
  g_assert_null (thru_midi_system_get_problem (system));
  stop_system (system);
  end_jackd ();
}

static void
test_opening_and_closing_leaks_nothing (void)
{
  guint n = g_test_slow () ? 1000 : 100;
  ThruMidiSystem *system;
  GSubprocess *recorder;
  guint fds = 0;
  guint threads = 0;

  system = start_with_synth ("64", G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &recorder);
  for (guint i = 0; i < n; i++)
    {
      ThruOutput *output = open_output (system, "jack:out:Synth:in");

      g_assert_finalize_object (output);
      /* libjack keeps a few descriptors from the first client on. */
      if (i == 4)
        {
          fds = count_in_proc ("fd");
          threads = count_in_proc ("task");
        }
    }
  wait_until (5, count_in_proc ("fd") <= fds && count_in_proc ("task") <= threads);
  kill_process (&recorder);
  stop_system (system);
  end_jackd ();
}

static void
test_an_input_is_closed_while_it_is_played (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "thruwall-play-XXXXXX", NULL);
  g_autoptr(GString) text = g_string_new (NULL);
  ThruMidiSystem *system;
  GSubprocess *player;
  int fd = g_mkstemp (path);

  /* Some notes each millisecond, for longer than the test takes. */
  for (guint i = 0; i < 60000; i++)
    g_string_append (text, "90403f\n90433f\n90473f\nsleep 1\n");
  close (fd);
  g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
  start_jackd ("64");
  system = start_system ();
  player = spawn_jack_midi ("play", "Keys", path, 0);
  wait_until (3, find_port (system, "Keys:out", THRU_DIRECTION_SOURCE) != NULL);
  for (guint i = 0; i < 60; i++)
    {
      g_autoptr(ThruInput) input = open_input (system, "jack:in:Keys:out");
      g_autoptr(GByteArray) bytes = g_byte_array_new ();

      wait_until (3, (read_input (input, bytes), bytes->len > 0));
    }
  kill_process (&player);
  stop_system (system);
  end_jackd ();
  unlink (path);
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *server = g_strdup_printf ("thru-devices-%d", (int) getpid ());
  int status;

  g_test_init (&argc, &argv, NULL);
  g_setenv ("JACK_DEFAULT_SERVER", server, TRUE);
  g_setenv ("JACK_NO_AUDIO_RESERVATION", "1", TRUE);

  g_test_add_func ("/devices/jack/server-comes-late", test_server_comes_late);
  g_test_add_func ("/devices/jack/ports-come-and-go", test_ports_come_and_go);
  g_test_add_data_func ("/devices/jack/carries-everything-at-64-frames", "64", test_carries_everything);
  g_test_add_data_func ("/devices/jack/carries-everything-at-1024-frames", "1024", test_carries_everything);
  g_test_add_func ("/devices/jack/last-messages-are-played", test_last_messages_are_played);
  g_test_add_func ("/devices/jack/server-dies-and-returns", test_server_dies_and_returns);
  g_test_add_func ("/devices/jack/inputs-end-with-the-server-while-the-main-thread-is-busy",
                   test_input_ends_beside_a_busy_main_thread);
  g_test_add_func ("/devices/jack/server-freezes", test_server_freezes);
  g_test_add_func ("/devices/jack/opening-while-the-server-hangs", test_opening_while_the_server_hangs);
  g_test_add_func ("/devices/jack/an-input-is-closed-while-it-is-played", test_an_input_is_closed_while_it_is_played);
  g_test_add_func ("/devices/jack/opening-and-closing-leaks-nothing", test_opening_and_closing_leaks_nothing);

  status = g_test_run ();
  if (jackd != NULL)
    g_subprocess_force_exit (jackd);
  return status;
}
