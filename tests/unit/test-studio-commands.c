/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-config.h"

#include "thru-command-socket.h"
#include "thru-commands.h"
#include "thru-demo-studio.h"
#include "thru-runtime-folder.h"
#include "thru-service.h"
#include "thru-status.h"
#include "thru-studio-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <unistd.h>

/* The program and its commands on a bus of their own. */
typedef struct
{
  GTestDBus         *bus;
  GDBusConnection   *connection;
  ThruStudio        *studio;
  ThruService       *service;
  ThruCommandSocket *socket;
  guint              name;
  gboolean           owned;
} Fixture;

typedef struct
{
  char **argv;
  int    status;
  gint   done;
} Run;

static void
owned_cb (GDBusConnection *connection,
          const char      *name,
          gpointer         user_data)
{
  ((Fixture *) user_data)->owned = TRUE;
}

static void
set_up (Fixture      *fixture,
        gconstpointer running)
{
  fixture->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->bus);
  fixture->connection = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, NULL);
  g_assert_nonnull (fixture->connection);
  if (running == NULL)
    return;

  fixture->studio = thru_demo_studio_new (0, 0);
  fixture->service = thru_service_new (fixture->studio, fixture->connection, NULL);
  g_assert_nonnull (fixture->service);
  fixture->name = g_bus_own_name_on_connection (fixture->connection, THRU_APP_ID, G_BUS_NAME_OWNER_FLAGS_NONE,
                                                owned_cb, NULL, fixture, NULL);
  while (!fixture->owned)
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer running)
{
  if (fixture->name != 0)
    g_bus_unown_name (fixture->name);
  g_clear_object (&fixture->service);
  if (fixture->studio != NULL)
    thru_studio_stop (fixture->studio);
  g_clear_object (&fixture->studio);
  g_clear_object (&fixture->connection);
  g_test_dbus_down (fixture->bus);
  g_object_unref (fixture->bus);
}

/* A login session without a bus. */
static void
set_up_without_bus (Fixture      *fixture,
                    gconstpointer unused)
{
  g_autoptr(GError) error = NULL;

  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  fixture->studio = thru_demo_studio_new (0, 0);
  fixture->socket = thru_command_socket_new (fixture->studio, &error);
  g_assert_no_error (error);
}

static void
tear_down_without_bus (Fixture      *fixture,
                       gconstpointer unused)
{
  g_clear_object (&fixture->socket);
  thru_studio_stop (fixture->studio);
  g_clear_object (&fixture->studio);
}

static gpointer
run_thread (gpointer data)
{
  Run *run = data;

  run->status = thru_commands_run ((int) g_strv_length (run->argv), run->argv);
  g_atomic_int_set (&run->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

/* What commands print is no TAP. */
static void
print_cb (const char *text)
{
}

/* Unless a test looks at it. */
static GString *printed;

static void
keep_cb (const char *text)
{
  g_string_append (printed, text);
}

/* JSON does not go through g_print(). Returns: what the next call brings back. */
static int
point_stdout (int target)
{
  int before = dup (STDOUT_FILENO);

  fflush (stdout);
  g_assert_cmpint (dup2 (target, STDOUT_FILENO), ==, STDOUT_FILENO);
  close (target);
  return before;
}

/* Returns: the exit status of the command @line, words parted by "|". */
static int
run (const char *line)
{
  int output = point_stdout (open ("/dev/null", O_WRONLY | O_CLOEXEC));
  g_auto(GStrv) argv = g_strsplit (line, "|", -1);
  Run state = { argv, -1, FALSE };
  GPrintFunc print = g_set_print_handler (printed != NULL ? keep_cb : print_cb);
  GThread *thread = g_thread_new ("command", run_thread, &state);

  while (!g_atomic_int_get (&state.done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  g_set_print_handler (print);
  close (point_stdout (output));
  return state.status;
}

static ThruRoute *
find_route (Fixture    *fixture,
            const char *from,
            const char *to)
{
  return thru_studio_find_route (fixture->studio,
                                 thru_studio_parse_device (fixture->studio, from, TRUE, NULL),
                                 thru_studio_parse_device (fixture->studio, to, FALSE, NULL));
}

static void
test_lists_names_as_it_takes_them (Fixture      *fixture,
                                   gconstpointer running)
{
  GListModel *rooms = thru_studio_get_rooms (fixture->studio);
  g_auto(GStrv) lines = NULL;

  printed = g_string_new (NULL);
  g_assert_cmpint (run ("names|sources"), ==, 0);
  lines = g_strsplit (g_strchomp (printed->str), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), >, 0);
  for (guint i = 0; lines[i] != NULL; i++)
    g_assert_nonnull (thru_studio_parse_device (fixture->studio, lines[i], TRUE, NULL));

  g_string_truncate (printed, 0);
  g_assert_cmpint (run ("names|rooms"), ==, 0);
  g_strfreev (g_steal_pointer (&lines));
  lines = g_strsplit (g_strchomp (printed->str), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, g_list_model_get_n_items (rooms));

  g_assert_cmpint (run ("names|colours"), ==, 1);
  g_string_free (g_steal_pointer (&printed), TRUE);
}

static void
test_connects_and_disconnects (Fixture      *fixture,
                               gconstpointer running)
{
  g_assert_cmpint (run ("connect|/Push 3|Live room/TX7"), ==, 0);
  g_assert_cmpint (thru_route_get_state (find_route (fixture, "/Push 3", "Live room/TX7")), ==, THRU_ROUTE_CONNECTED);
  g_assert_cmpint (run ("disconnect|/Push 3|Live room/TX7"), ==, 0);
  g_assert_null (find_route (fixture, "/Push 3", "Live room/TX7"));
}

static void
test_answers_questions (Fixture      *fixture,
                        gconstpointer running)
{
  ThruDevice *device = thru_studio_parse_device (fixture->studio, "/Push 3", TRUE, NULL);
  const char *answers[] = { "Push 3, to TX7", "Another One", NULL };
  const char *about[] = { thru_device_get_id (device), NULL };
  g_autoptr(GPtrArray) questions = g_ptr_array_new_with_free_func (g_object_unref);

  g_assert_cmpint (run ("same-device|/Push 3"), ==, 1);
  g_ptr_array_add (questions, thru_question_new ("which", "Which Push 3 is this?", "It came back.", answers, about));
  _thru_studio_set_questions (fixture->studio, questions);
  g_assert_cmpint (run ("same-device|/Nothing"), ==, 1);
  g_assert_cmpint (run ("status"), ==, 0);
  g_assert_cmpint (run ("same-device|/Push 3"), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_questions (fixture->studio)), ==, 0);
  _thru_studio_set_questions (fixture->studio, questions);
  g_assert_cmpint (run ("other-device|/Push 3"), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (thru_studio_get_questions (fixture->studio)), ==, 0);
  g_assert_cmpint (run ("same-device|/Push 3|Live room/TX7"), ==, 1);
}

static void
test_cancels_sysex (Fixture      *fixture,
                    gconstpointer running)
{
  ThruDevice *device = thru_studio_parse_device (fixture->studio, "Live room/TX7", FALSE, NULL);
  g_autoptr(ThruTransfer) transfer = thru_transfer_new (device, 65536);

  g_assert_cmpint (run ("cancel-sysex|Nowhere/TX7"), ==, 1);
  g_assert_cmpint (run ("cancel-sysex|Live room/TX7"), ==, 1);
  thru_transfer_set_sent (transfer, 27000);
  _thru_studio_add_transfer (fixture->studio, transfer);

  printed = g_string_new (NULL);
  g_assert_cmpint (run ("status"), ==, 0);
  g_assert_nonnull (g_strstr_len (printed->str, -1, "Live room/TX7: 41 % of "));
  g_string_free (g_steal_pointer (&printed), TRUE);

  g_assert_cmpint (run ("cancel-sysex|Live room/TX7"), ==, 0);
  g_assert_null (thru_studio_find_transfer (fixture->studio, device));
}

static void
test_mutes_and_unmutes (Fixture      *fixture,
                        gconstpointer running)
{
  g_assert_cmpint (run ("mute|/Push 3|Live room/TX7"), ==, 1);
  g_assert_cmpint (run ("connect|/Push 3|Live room/TX7"), ==, 0);
  g_assert_cmpint (run ("mute|/Push 3|Live room/TX7"), ==, 0);
  g_assert_cmpint (thru_route_get_state (find_route (fixture, "/Push 3", "Live room/TX7")), ==, THRU_ROUTE_MUTED);
  g_assert_cmpint (run ("unmute|/Push 3|Live room/TX7"), ==, 0);
  g_assert_cmpint (thru_route_get_state (find_route (fixture, "/Push 3", "Live room/TX7")), ==, THRU_ROUTE_CONNECTED);
}

static void
test_waiting_is_done (Fixture      *fixture,
                      gconstpointer running)
{
  g_assert_cmpint (run ("connect|/Push 3|Attic/M1"), ==, 0);
  g_assert_cmpint (thru_route_get_state (find_route (fixture, "/Push 3", "Attic/M1")), ==, THRU_ROUTE_WAITING);
}

static void
test_failures_have_a_status (Fixture      *fixture,
                             gconstpointer running)
{
  g_assert_cmpint (run ("connect|/Push 3|Nowhere/TX7"), ==, 1);
  g_assert_cmpint (run ("connect|/\xff|Live room/TX7"), ==, 1);
  g_assert_cmpint (run ("disconnect|/Push 3|Live room/TX7"), ==, 1);
  g_assert_cmpint (run ("add-room|no address"), ==, 1);
  g_assert_cmpint (run ("remove-room|Control room"), ==, 1);
  g_assert_cmpint (run ("remove-room|Nowhere"), ==, 1);
  g_assert_cmpint (run ("allow|Live room"), ==, 1);
  g_assert_cmpint (run ("connect|/Push 3"), ==, 2);
  g_assert_cmpint (run ("status|--xml"), ==, 2);
}

static void
test_wrong_direction_is_told (Fixture      *fixture,
                              gconstpointer running)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (thru_studio_parse_device (fixture->studio, "Live room/TX7", TRUE, &error));
  g_assert_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_NO_SUCH_DEVICE);
  g_assert_nonnull (strstr (error->message, "is a MIDI output"));
  g_clear_error (&error);
  g_assert_null (thru_studio_parse_device (fixture->studio, "/Keystation 61 MK3", FALSE, &error));
  g_assert_nonnull (strstr (error->message, "is a MIDI input"));
}

static void
test_a_room_is_removed_by_what_it_was_added_by (Fixture      *fixture,
                                                gconstpointer running)
{
  g_assert_cmpint (run ("add-room|Studio.local:1199"), ==, 0);
  g_assert_nonnull (thru_studio_find_room (fixture->studio, "demo:Studio.local:1199"));
  g_assert_cmpint (run ("remove-room|studio.local:1200"), ==, 1);
  g_assert_cmpint (run ("remove-room|studio.local"), ==, 0);
  g_assert_null (thru_studio_find_room (fixture->studio, "demo:Studio.local:1199"));
}

static void
test_other_commands_work (Fixture      *fixture,
                          gconstpointer running)
{
  g_assert_cmpint (run ("add-room|10.0.0.7:1200"), ==, 0);
  g_assert_nonnull (thru_studio_find_room (fixture->studio, "demo:10.0.0.7:1200"));
  g_assert_cmpint (run ("remove-room|10.0.0.7:1200"), ==, 0);
  g_assert_null (thru_studio_find_room (fixture->studio, "demo:10.0.0.7:1200"));
  g_assert_cmpint (run ("panic"), ==, 0);
  g_assert_cmpint (run ("panic|--help"), ==, 0);
  g_assert_true (thru_commands_is_command ("status"));
  g_assert_false (thru_commands_is_command ("--demo"));
}

static void
test_late_limit (Fixture      *fixture,
                 gconstpointer running)
{
  g_assert_cmpuint (thru_studio_get_late_limit (fixture->studio), ==, THRU_LATE_LIMIT_DEFAULT);
  g_assert_cmpint (run ("late-limit|100"), ==, 0);
  g_assert_cmpuint (thru_studio_get_late_limit (fixture->studio), ==, 100);
  g_assert_cmpint (run ("late-limit"), ==, 0);
  g_assert_cmpint (run ("late-limit|2000 ms"), ==, 0);
  g_assert_cmpint (run ("late-limit|49"), ==, 1);
  g_assert_cmpint (run ("late-limit|2001"), ==, 1);
  g_assert_cmpint (run ("late-limit|-100"), ==, 1);
  g_assert_cmpint (run ("late-limit|soon"), ==, 1);
  g_assert_cmpint (run ("late-limit|100|200"), ==, 2);
  g_assert_cmpuint (thru_studio_get_late_limit (fixture->studio), ==, 2000);
  g_assert_cmpint (run ("late-limit|off"), ==, 0);
  g_assert_cmpuint (thru_studio_get_late_limit (fixture->studio), ==, 0);
}

static void
test_nobody_runs (Fixture      *fixture,
                  gconstpointer running)
{
  g_assert_cmpint (run ("status"), ==, 1);
}

static void
test_works_without_bus (Fixture      *fixture,
                        gconstpointer unused)
{
  for (guint i = 0; i < 3 * THRU_COMMAND_SOCKET_CALLERS_MAX; i++)
    g_assert_cmpint (run ("status|--json"), ==, 0);
  g_assert_cmpint (run ("connect|/Push 3|Attic/M1"), ==, 0);
  g_assert_nonnull (find_route (fixture, "/Push 3", "Attic/M1"));
  g_assert_cmpint (run ("connect|/Push 3|Nowhere/TX7"), ==, 1);

  g_clear_object (&fixture->socket);
  g_assert_cmpint (run ("status"), ==, 1);
}

static void
test_socket_is_the_firsts (Fixture      *fixture,
                           gconstpointer unused)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (thru_command_socket_new (fixture->studio, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
  g_assert_cmpint (run ("status"), ==, 0);
}

/* As kill -9 leaves it: the path is there, and nobody behind it. */
static void
test_socket_survives_kill (Fixture      *fixture,
                           gconstpointer unused)
{
  g_autofree char *path = thru_runtime_folder_build ("commands");
  g_autoptr(GError) error = NULL;

  g_clear_object (&fixture->socket);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_assert_cmpint (run ("status"), ==, 1);
  fixture->socket = thru_command_socket_new (fixture->studio, &error);
  g_assert_no_error (error);
  g_assert_cmpint (run ("status"), ==, 0);
}

static void
test_status_is_complete (void)
{
  g_autoptr(ThruStudio) studio = thru_demo_studio_new (0, 0);
  g_autoptr(ThruRoute) late = g_list_model_get_item (thru_studio_get_routes (studio), 0);
  g_autofree char *json = NULL;
  g_autofree char *text = NULL;
  g_autoptr(JsonParser) parser = json_parser_new ();
  JsonObject *root;
  JsonObject *room;
  JsonObject *route;

  thru_meter_add_late (thru_route_get_meter (late), 1);
  thru_meter_lose (thru_route_get_meter (late), 2);
  json = thru_status_to_json (studio);
  text = thru_status_to_text (json, NULL);
  g_assert_true (json_parser_load_from_data (parser, json, -1, NULL));
  root = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (root, "room"), "port"), ==, 1199);
  g_assert_cmpint (json_object_get_int_member (json_object_get_object_member (root, "room"), "late-limit"), ==, 250);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (root, "rooms")), ==, 8);
  room = json_array_get_object_element (json_object_get_array_member (root, "rooms"), 1);
  g_assert_cmpstr (json_object_get_string_member (room, "name"), ==, "Attic");
  g_assert_cmpstr (json_object_get_string_member (room, "state"), ==, "waiting");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (room, "devices")), ==, 3);
  route = json_array_get_object_element (json_object_get_array_member (root, "routes"), 0);
  g_assert_cmpstr (json_object_get_string_member (route, "from"), ==, "Control room/Keystation 61 MK3");
  g_assert_cmpstr (json_object_get_string_member (route, "state"), ==, "connected");
  g_assert_true (json_object_has_member (route, "messages"));
  g_assert_cmpint (json_object_get_int_member (route, "late"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (route, "lost"), ==, 2);
  g_assert_nonnull (g_strstr_len (text, -1, "\n    1 note came too late and was not played.\n"));
  g_assert_nonnull (g_strstr_len (text, -1, "Live room/TX7"));
  g_assert_null (g_strstr_len (text, -1, " \n"));
}

/* From a Thruwall of another version. */
static void
test_status_may_lack_lists (void)
{
  g_autofree char *empty = thru_status_to_text ("{}", NULL);
  g_autofree char *sparse = thru_status_to_text ("{\"room\": {\"name\": \"Attic\"}, \"rooms\": 7,"
                                                 " \"routes\": [{\"from\": null, \"state\": \"sideways\"}],"
                                                 " \"questions\": [{\"title\": \"Which one?\"}]}", NULL);

  g_assert_cmpstr (empty, ==, "\n");
  g_assert_true (g_str_has_prefix (sparse, "Attic, port 0\n"));
  g_assert_nonnull (g_strstr_len (sparse, -1, "\nRoutes\n"));
  g_assert_nonnull (g_strstr_len (sparse, -1, "problem "));
  g_assert_nonnull (g_strstr_len (sparse, -1, "Which one?\n"));
}

static void
test_status_that_is_no_json (void)
{
  g_autoptr(GError) error = NULL;

  g_assert_null (thru_status_to_text ("{\"rooms\": [", &error));
  g_assert_nonnull (error);
}

int
main (int    argc,
      char **argv)
{
  static const char *const left[] = { "thruwall/commands.lock", "thruwall", "" };
  g_autofree char *folder = g_dir_make_tmp ("thru-XXXXXX", NULL);
  int status;

  /* Not the tester's own Thruwall. */
  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/studio/commands/connects-and-disconnects", Fixture, "running", set_up, test_connects_and_disconnects, tear_down);
  g_test_add ("/studio/commands/answers-questions", Fixture, "running", set_up, test_answers_questions, tear_down);
  g_test_add ("/studio/commands/lists-names-as-it-takes-them", Fixture, "running", set_up, test_lists_names_as_it_takes_them,
              tear_down);
  g_test_add ("/studio/commands/cancels-system-exclusive", Fixture, "running", set_up, test_cancels_sysex, tear_down);
  g_test_add ("/studio/commands/mutes-and-unmutes", Fixture, "running", set_up, test_mutes_and_unmutes, tear_down);
  g_test_add ("/studio/commands/waiting-is-done", Fixture, "running", set_up, test_waiting_is_done, tear_down);
  g_test_add ("/studio/commands/failures-have-a-status", Fixture, "running", set_up, test_failures_have_a_status, tear_down);
  g_test_add ("/studio/commands/wrong-direction-is-told", Fixture, "running", set_up, test_wrong_direction_is_told, tear_down);
  g_test_add ("/studio/commands/a-room-is-removed-by-what-it-was-added-by", Fixture, "running", set_up,
              test_a_room_is_removed_by_what_it_was_added_by, tear_down);
  g_test_add ("/studio/commands/other-commands-work", Fixture, "running", set_up, test_other_commands_work, tear_down);
  g_test_add ("/studio/commands/late-limit-is-shown-and-set", Fixture, "running", set_up, test_late_limit, tear_down);
  g_test_add ("/studio/commands/nobody-runs", Fixture, NULL, set_up, test_nobody_runs, tear_down);
  g_test_add ("/studio/commands/work-without-a-bus", Fixture, NULL, set_up_without_bus, test_works_without_bus,
              tear_down_without_bus);
  g_test_add ("/studio/commands/reach-the-first-program-without-a-bus", Fixture, NULL, set_up_without_bus,
              test_socket_is_the_firsts, tear_down_without_bus);
  g_test_add ("/studio/commands/work-after-a-kill-without-a-bus", Fixture, NULL, set_up_without_bus, test_socket_survives_kill,
              tear_down_without_bus);
  g_test_add_func ("/studio/status/is-complete", test_status_is_complete);
  g_test_add_func ("/studio/status/may-lack-lists", test_status_may_lack_lists);
  g_test_add_func ("/studio/status/that-is-no-json-is-an-error", test_status_that_is_no_json);
  status = g_test_run ();
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      g_autofree char *path = g_build_filename (folder, left[i], NULL);

      g_remove (path);
    }
  return status;
}
