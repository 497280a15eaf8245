/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "thru-config.h"

#include "thru-problems-private.h"

#include <glib/gstdio.h>
#include <string.h>

#define NETWORK "shared=network;ipc;\n"
#define SOCKETS "sockets=x11;wayland;pulseaudio;fallback-x11;\n"
#define FILES "filesystems=xdg-run/pipewire-0;\n"
#define BUS "[System Bus Policy]\norg.freedesktop.Avahi=talk\n"

/* As Flatpak writes it into the sandbox. */
static ThruSandboxPermissions
get_denied (const char *context)
{
  g_autofree char *info = g_strconcat ("[Application]\nname=" THRU_APP_ID "\n\n[Context]\n", context, NULL);
  g_autofree char *path = NULL;
  ThruSandboxPermissions denied;
  int fd = g_file_open_tmp ("flatpak-info-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, info, -1, NULL));
  denied = thru_sandbox_get_denied (path);
  g_unlink (path);
  return denied;
}

static void
test_outside (void)
{
  g_assert_cmpint (thru_sandbox_get_denied ("/nonexistent/flatpak-info"), ==, 0);
}

static void
test_as_installed (void)
{
  g_assert_cmpint (get_denied (NETWORK SOCKETS FILES BUS), ==, 0);
}

static void
test_each_is_missed (void)
{
  g_assert_cmpint (get_denied ("shared=ipc;\n" SOCKETS FILES BUS), ==, THRU_SANDBOX_NETWORK);
  g_assert_cmpint (get_denied (NETWORK SOCKETS FILES), ==, THRU_SANDBOX_AVAHI);
  g_assert_cmpint (get_denied (NETWORK "sockets=x11;wayland;\n" FILES BUS), ==, THRU_SANDBOX_ALSA);
  g_assert_cmpint (get_denied (NETWORK SOCKETS BUS), ==, THRU_SANDBOX_PIPEWIRE);
}

static void
test_taken_away (void)
{
  g_assert_cmpint (get_denied (NETWORK SOCKETS FILES "[System Bus Policy]\norg.freedesktop.Avahi=none\n"), ==, THRU_SANDBOX_AVAHI);
  g_assert_cmpint (get_denied (NETWORK SOCKETS "filesystems=!xdg-run/pipewire-0;\n" BUS), ==, THRU_SANDBOX_PIPEWIRE);
  g_assert_cmpint (get_denied (""), ==, THRU_SANDBOX_NETWORK | THRU_SANDBOX_AVAHI | THRU_SANDBOX_MIDI);
}

static void
test_more_than_needed (void)
{
  g_assert_cmpint (get_denied (NETWORK "sockets=x11;\ndevices=all;\n" FILES BUS), ==, 0);
  g_assert_cmpint (get_denied (NETWORK SOCKETS "filesystems=xdg-run;\n" BUS), ==, 0);
  g_assert_cmpint (get_denied (NETWORK SOCKETS "filesystems=xdg-run/pipewire-0:ro;\n" BUS), ==, 0);
  g_assert_cmpint (get_denied (NETWORK "sockets=pulseaudio;system-bus;\n" FILES), ==, 0);
}

static void
assert_command (ThruProblemKind        kind,
                ThruSandboxPermissions denied,
                const char            *options)
{
  g_autoptr(ThruProblem) problem = _thru_problems_denied (kind, denied);
  g_autofree char *command = g_strconcat ("flatpak override --user ", options, " " THRU_APP_ID, NULL);

  g_assert_cmpint (thru_problem_get_kind (problem), ==, kind);
  g_assert_nonnull (strstr (thru_problem_get_detail (problem), "Flatpak does not let Thruwall use "));
  g_assert_nonnull (strstr (thru_problem_get_detail (problem), "Run the command in a terminal"));
  g_assert_cmpstr (thru_problem_get_command (problem), ==, command);
}

static void
test_problems_tell_the_command (void)
{
  assert_command (THRU_PROBLEM_LISTEN, THRU_SANDBOX_NETWORK, "--share=network");
  assert_command (THRU_PROBLEM_DISCOVERY, THRU_SANDBOX_AVAHI, "--system-talk-name=org.freedesktop.Avahi");
  assert_command (THRU_PROBLEM_MIDI, THRU_SANDBOX_ALSA, "--socket=pulseaudio");
  assert_command (THRU_PROBLEM_MIDI, THRU_SANDBOX_PIPEWIRE, "--filesystem=xdg-run/pipewire-0");
  assert_command (THRU_PROBLEM_MIDI, THRU_SANDBOX_MIDI, "--socket=pulseaudio --filesystem=xdg-run/pipewire-0");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/studio/sandbox/outside-of-one-nothing-is-denied", test_outside);
  g_test_add_func ("/studio/sandbox/with-the-permissions-of-the-manifest-nothing-is-denied", test_as_installed);
  g_test_add_func ("/studio/sandbox/each-missing-permission-is-noticed", test_each_is_missed);
  g_test_add_func ("/studio/sandbox/what-a-person-took-away-is-noticed", test_taken_away);
  g_test_add_func ("/studio/sandbox/wider-permissions-do-as-well", test_more_than_needed);
  g_test_add_func ("/studio/sandbox/problems-tell-the-command-that-gives-it-back", test_problems_tell_the_command);
  return g_test_run ();
}
