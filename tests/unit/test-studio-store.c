/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-route-private.h"
#include "thru-store.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

typedef struct
{
  char *dir;
  char *path;
  guint n_problem_changes;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("thru-store-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->dir, "studio.json", NULL);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_autoptr(GDir) dir = NULL;
  const char *name;

  g_chmod (fixture->dir, 0700);
  dir = g_dir_open (fixture->dir, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->dir, name, NULL);

      g_remove (path);
    }
  g_rmdir (fixture->dir);
  g_free (fixture->path);
  g_free (fixture->dir);
}

static void
collect_cb (ThruSavedState *state,
            gpointer        user)
{
}

static void
problem_cb (gpointer user)
{
  ((Fixture *) user)->n_problem_changes++;
}

static ThruStore *
open_store (Fixture *fixture)
{
  return thru_store_new (fixture->dir, collect_cb, problem_cb, fixture);
}

static void
write_file (Fixture    *fixture,
            const char *text)
{
  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
}

/* The files beside studio.json whose names begin with @prefix. */
static guint
count_files (Fixture    *fixture,
             const char *prefix)
{
  g_autoptr(GDir) dir = g_dir_open (fixture->dir, 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_prefix (name, prefix);
  return n;
}

static void
fill (ThruSavedState *state)
{
  static const ThruRouteKey key = { "room", "keys", "elsewhere", "tx7" };
  ThruSavedRoom *room = thru_saved_room_new ("elsewhere", "Live room");
  ThruRoute *route = _thru_route_new (&key);
  ThruSavedDevice *saved;

  state->room_name = g_strdup ("Control room “A”");
  state->port = 1200;
  state->late_limit_ms = 400;
  thru_saved_state_know_device (state, "keys", "Keystation", TRUE);
  saved = thru_saved_state_know_device (state, "synth", "Synth", FALSE);
  saved->place = g_strdup ("usb-0000:00:14.0-2.3#0");
  saved->serial = g_strdup ("A17");
  saved->maybe = g_strdup ("keys");
  g_free (saved->kind);
  saved->kind = g_strdup ("alsa:out:Synth mk2");
  _thru_route_set_names (route, "Control room", "Keystation", "Live room", "TX7");
  _thru_route_set_mute (route, THRU_MUTE_LOOP);
  g_ptr_array_add (state->routes, route);
  g_ptr_array_add (state->addresses, thru_saved_address_new ("10.0.0.7:1199", "elsewhere"));
  g_ptr_array_add (room->devices, thru_saved_device_new ("tx7", "TX7", FALSE, 0));
  g_ptr_array_add (state->rooms, room);
}

static void
test_comes_back_as_it_was (Fixture      *fixture,
                           gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr(ThruStore) again = NULL;
  ThruStore *store = open_store (fixture);
  const ThruSavedDevice *saved;
  struct stat info;

  fill (thru_store_get_state (store));
  before = thru_saved_state_encode (thru_store_get_state (store));
  thru_store_save_soon (store);
  thru_store_free (store);

  again = open_store (fixture);
  after = thru_saved_state_encode (thru_store_get_state (again));
  g_assert_cmpstr (before, ==, after);
  saved = g_ptr_array_index (thru_store_get_state (again)->devices, 1);
  g_assert_cmpstr (saved->place, ==, "usb-0000:00:14.0-2.3#0");
  g_assert_cmpstr (saved->serial, ==, "A17");
  g_assert_cmpstr (saved->maybe, ==, "keys");
  g_assert_cmpstr (saved->kind, ==, "alsa:out:Synth mk2");
  g_assert_cmpint (thru_route_get_mute (g_ptr_array_index (thru_store_get_state (again)->routes, 0)), ==, THRU_MUTE_LOOP);
  g_assert_null (thru_store_get_problem (again));
  g_assert_cmpint (stat (fixture->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static gboolean
saves_name (const char *path,
            const char *name)
{
  g_autofree char *contents = NULL;

  return g_file_get_contents (path, &contents, NULL, NULL) && strstr (contents, name) != NULL;
}

static void
test_last_change_is_written_last (Fixture      *fixture,
                                  gconstpointer data)
{
  ThruStore *store = open_store (fixture);
  ThruSavedState *state = thru_store_get_state (store);
  gint64 deadline = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  g_free (state->room_name);
  state->room_name = g_strdup ("Cellar");
  thru_store_save_soon (store);
  while (!saves_name (fixture->path, "Cellar") && g_get_monotonic_time () < deadline)
    g_main_context_iteration (NULL, FALSE);
  g_assert_true (saves_name (fixture->path, "Cellar"));

  /* The first writing may still be under way. */
  g_free (state->room_name);
  state->room_name = g_strdup ("Attic");
  thru_store_save_soon (store);
  thru_store_free (store);
  g_assert_true (saves_name (fixture->path, "Attic"));
}

static void
test_damaged_file_is_kept_aside (Fixture      *fixture,
                                 gconstpointer data)
{
  static const char *const damaged[] = { "", "{", "[]", "null", "{\"version\":1,\"room\"", "\xff\xfe", "[[[[[[[[[[[[[[[[", NULL };

  for (guint i = 0; damaged[i] != NULL; i++)
    {
      ThruStore *store;

      write_file (fixture, damaged[i]);
      store = open_store (fixture);
      g_assert_nonnull (thru_store_get_problem (store));
      g_assert_nonnull (thru_store_get_state (store)->room_id);
      thru_store_save_now (store);
      g_assert_nonnull (thru_store_get_problem (store));
      thru_store_free (store);
      g_assert_cmpuint (count_files (fixture, "studio.json.damaged-"), ==, i + 1);
      g_assert_true (g_file_test (fixture->path, G_FILE_TEST_IS_REGULAR));
    }
}

static void
test_damaged_entries_go_alone (Fixture      *fixture,
                               gconstpointer data)
{
  g_autoptr(ThruStore) store = NULL;
  ThruSavedState *state;

  write_file (fixture,
              "{\"version\":1,\"room\":{\"id\":\"mine\",\"name\":\"Attic\"},"
              "\"devices\":[{\"id\":\"a\",\"name\":\"A\",\"source\":true,\"address\":2147483649},"
              "  {\"id\":\"b\",\"name\":\"B\",\"source\":true,\"address\":2147483649}, 7,"
              "  {\"id\":\"c\",\"name\":\"C\",\"source\":false,\"address\":5}],"
              "\"routes\":[{\"from-room\":\"mine\",\"from-device\":\"a\",\"to-room\":\"r\",\"to-device\":\"d\"},"
              "  {\"from-room\":\"mine\"}, [],"
              "  {\"from-room\":\"mine\",\"from-device\":\"a\",\"to-room\":\"r\",\"to-device\":\"d\"},"
              "  {\"from-room\":\"mine\",\"from-device\":\"\",\"to-room\":\"r\",\"to-device\":\"d\"}],"
              "\"addresses\":[{\"address\":\"10.0.0.2\"},{\"address\":\"10.0.0.2\"},{\"address\":7},{}],"
              "\"rooms\":[{\"id\":\"r\",\"name\":\"R\",\"devices\":["
              "  {\"id\":\"d\",\"name\":\"D\",\"source\":true},{\"id\":\"d\",\"name\":\"E\",\"source\":true},"
              "  {\"id\":\"d\",\"name\":\"F\",\"source\":false}]},"
              "  {\"id\":\"r\",\"name\":\"Again\",\"devices\":[]},"
              "  {\"id\":\"mine\",\"name\":\"Ours\",\"devices\":[]}, {\"id\":\"nameless\"}]}");
  store = open_store (fixture);
  state = thru_store_get_state (store);
  g_assert_cmpstr (state->room_id, ==, "mine");
  g_assert_cmpstr (state->room_name, ==, "Attic");
  g_assert_cmpuint (state->devices->len, ==, 1);
  g_assert_cmpuint (state->routes->len, ==, 1);
  g_assert_cmpuint (state->addresses->len, ==, 1);
  g_assert_cmpuint (state->rooms->len, ==, 1);
  g_assert_cmpuint (((ThruSavedRoom *) g_ptr_array_index (state->rooms, 0))->devices->len, ==, 2);
  g_assert_nonnull (thru_store_get_problem (store));
  g_assert_cmpuint (count_files (fixture, "studio.json.damaged-"), ==, 1);
}

static void
test_bad_late_limit_goes_alone (Fixture      *fixture,
                                gconstpointer data)
{
  static const char *const bad[] = { "49", "2001", "-1", "4294967546", "250.0", "\"250\"", "null", "true", "[]" };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"version\":1,\"room\":{\"id\":\"mine\"},\"late-limit\":%s}", bad[i]);
      g_autoptr(ThruStore) store = NULL;

      write_file (fixture, text);
      store = open_store (fixture);
      g_assert_cmpstr (thru_store_get_state (store)->room_id, ==, "mine");
      g_assert_cmpuint (thru_store_get_state (store)->late_limit_ms, ==, THRU_LATE_LIMIT_DEFAULT);
      g_assert_nonnull (strstr (thru_problem_get_detail (thru_store_get_problem (store)), "late notes"));
      g_assert_cmpuint (count_files (fixture, "studio.json.damaged-"), >=, 1);
    }
}

static void
test_good_late_limits_are_kept (Fixture      *fixture,
                                gconstpointer data)
{
  static const guint good[] = { 0, THRU_LATE_LIMIT_MIN, THRU_LATE_LIMIT_DEFAULT, THRU_LATE_LIMIT_MAX };

  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"version\":1,\"room\":{\"id\":\"mine\"},\"late-limit\":%u}", good[i]);
      g_autoptr(ThruStore) store = NULL;

      write_file (fixture, text);
      store = open_store (fixture);
      g_assert_cmpuint (thru_store_get_state (store)->late_limit_ms, ==, good[i]);
      g_assert_null (thru_store_get_problem (store));
    }
}

static void
test_newer_file_is_kept_aside (Fixture      *fixture,
                               gconstpointer data)
{
  g_autoptr(ThruStore) store = NULL;

  write_file (fixture, "{\"version\":99,\"room\":{\"id\":\"mine\"}}");
  store = open_store (fixture);
  g_assert_nonnull (thru_store_get_problem (store));
  g_assert_cmpuint (count_files (fixture, "studio.json.newer-"), ==, 1);
}

static void
test_unwritable_place_is_told (Fixture      *fixture,
                               gconstpointer data)
{
  g_autoptr(ThruStore) store = NULL;
  g_autofree char *inside = g_build_filename (fixture->path, "inside", NULL);

  /* A file where the directory should be: even root can not write there. */
  write_file (fixture, "in the way");
  store = thru_store_new (inside, collect_cb, problem_cb, fixture);
  g_assert_null (thru_store_get_problem (store));
  thru_store_save_now (store);
  g_assert_nonnull (thru_store_get_problem (store));
  g_assert_cmpuint (fixture->n_problem_changes, ==, 1);
  g_assert_cmpint (g_remove (fixture->path), ==, 0);
  thru_store_save_now (store);
  g_assert_null (thru_store_get_problem (store));
  g_assert_cmpuint (fixture->n_problem_changes, ==, 2);

  g_clear_pointer (&store, thru_store_free);
  {
    g_autofree char *file = g_build_filename (inside, "studio.json", NULL);

    g_remove (file);
    g_rmdir (inside);
    g_rmdir (fixture->path);
  }
}

static void
test_addresses_are_handed_out_once (Fixture      *fixture,
                                    gconstpointer data)
{
  g_autoptr(ThruSavedState) state = thru_saved_state_new ();
  guint32 first = thru_saved_state_know_device (state, "a", "A", TRUE)->address;

  g_assert_cmpuint (first, ==, 0x80000001);
  g_assert_cmpuint (thru_saved_state_know_device (state, "a", "A", FALSE)->address, ==, 0x80000002);
  g_assert_cmpuint (thru_saved_state_know_device (state, "a", "New name", TRUE)->address, ==, first);
  for (guint i = 2; i < THRU_SAVED_DEVICES_MAX; i++)
    {
      g_autofree char *id = g_strdup_printf ("device %u", i);

      g_assert_nonnull (thru_saved_state_know_device (state, id, "", TRUE));
    }
  g_assert_null (thru_saved_state_know_device (state, "one more", "", TRUE));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/studio/store/comes-back-as-it-was", test_comes_back_as_it_was);
  ADD ("/studio/store/last-change-is-written-last", test_last_change_is_written_last);
  ADD ("/studio/store/damaged-file-is-kept-aside", test_damaged_file_is_kept_aside);
  ADD ("/studio/store/damaged-entries-go-alone", test_damaged_entries_go_alone);
  ADD ("/studio/store/bad-late-limit-goes-alone", test_bad_late_limit_goes_alone);
  ADD ("/studio/store/good-late-limits-are-kept", test_good_late_limits_are_kept);
  ADD ("/studio/store/newer-file-is-kept-aside", test_newer_file_is_kept_aside);
  ADD ("/studio/store/unwritable-place-is-told", test_unwritable_place_is_told);
  ADD ("/studio/store/addresses-are-handed-out-once", test_addresses_are_handed_out_once);
#undef ADD
  return g_test_run ();
}
