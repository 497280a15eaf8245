/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * test-command-line PROGRAM
 */

#include <gio/gio.h>

static const char *program;

/* Runs the program where there is neither a bus nor a display. Returns: its exit status. */
static int
run (const char *line,
     char      **output,
     char      **complaint)
{
  g_auto(GStrv) words = line[0] != '\0' ? g_strsplit (line, "|", -1) : g_new0 (char *, 1);
  g_autoptr(GPtrArray) argv = g_ptr_array_new ();
  g_autoptr(GSubprocessLauncher) launcher = NULL;
  g_autoptr(GSubprocess) process = NULL;
  g_autoptr(GError) error = NULL;

  g_ptr_array_add (argv, (char *) program);
  for (guint i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, words[i]);
  g_ptr_array_add (argv, NULL);

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_setenv (launcher, "DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere", TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", "/nowhere", TRUE);
  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "WAYLAND_DISPLAY");
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, output, complaint, &error));
  return g_subprocess_get_exit_status (process);
}

/* One line that names the program and what is wrong. */
static void
assert_refused (const char *line,
                int         status,
                const char *word)
{
  g_autofree char *output = NULL;
  g_autofree char *complaint = NULL;

  g_assert_cmpint (run (line, &output, &complaint), ==, status);
  g_assert_cmpstr (output, ==, "");
  g_assert_true (g_str_has_prefix (complaint, "thruwall: "));
  g_assert_nonnull (g_strstr_len (complaint, -1, word));
  g_assert_true (strchr (complaint, '\n') == complaint + strlen (complaint) - 1);
}

static void
test_wrong_values_are_refused (void)
{
  assert_refused ("--headless|--port|0", 2, "0 is no TCP port");
  assert_refused ("--headless|--port|65536", 2, "65536");
  assert_refused ("--headless|--port|-1199", 2, "-1199");
  assert_refused ("--headless|--port|many", 2, "many");
  assert_refused ("--headless|--midi|mme", 2, "“mme” is no MIDI system");
  assert_refused ("--headless|--room-name|", 2, "--room-name");
  assert_refused ("--headless|--room-name| \t", 2, "--room-name");
  assert_refused ("--headless|--room-name|\xff", 2, "nvalid");
  assert_refused ("--headless|--config-dir|", 2, "--config-dir");
}

static void
test_unknown_words_are_refused (void)
{
  assert_refused ("--loud", 2, "--loud");
  assert_refused ("conect|A/B|C/D", 2, "“conect” is no command");
  assert_refused ("--headless|status", 2, "“status”");
}

static void
test_command_without_a_program_fails (void)
{
  assert_refused ("status", 1, "thruwall");
  assert_refused ("panic", 1, "thruwall");
}

static void
test_version_and_help_are_told (void)
{
  g_autofree char *version = NULL;
  g_autofree char *help = NULL;
  g_autofree char *complaint = NULL;

  g_assert_cmpint (run ("--version", &version, &complaint), ==, 0);
  g_assert_true (g_str_has_prefix (version, "thruwall "));
  g_clear_pointer (&complaint, g_free);
  g_assert_cmpint (run ("--help", &help, &complaint), ==, 0);
  g_assert_nonnull (g_strstr_len (help, -1, "--headless"));
  g_assert_nonnull (g_strstr_len (help, -1, "disconnect"));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = argv[1];
  g_test_add_func ("/command-line/wrong-values-are-refused", test_wrong_values_are_refused);
  g_test_add_func ("/command-line/unknown-words-are-refused", test_unknown_words_are_refused);
  g_test_add_func ("/command-line/command-without-a-program-fails", test_command_without_a_program_fails);
  g_test_add_func ("/command-line/version-and-help-are-told", test_version_and_help_are_told);
  return g_test_run ();
}
