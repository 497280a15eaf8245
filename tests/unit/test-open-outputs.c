/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "thru-open-outputs.h"

#include <glib/gstdio.h>

typedef struct
{
  char *dir;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->dir = g_dir_make_tmp ("thruwall-XXXXXX", NULL);
  g_assert_nonnull (fixture->dir);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "open-outputs", NULL);

  g_remove (path);
  g_rmdir (fixture->dir);
  g_free (fixture->dir);
}

static void
test_killed (Fixture      *fixture,
             gconstpointer data)
{
  ThruOpenOutputs *outputs = thru_open_outputs_new (fixture->dir);

  g_assert_false (thru_open_outputs_is_left (outputs, "jack:out:synth:in"));
  thru_open_outputs_add (outputs, "jack:out:synth:in");
  thru_open_outputs_add (outputs, "jack:out:drums:in");
  thru_open_outputs_remove (outputs, "jack:out:drums:in");
  thru_open_outputs_free (outputs);

  outputs = thru_open_outputs_new (fixture->dir);
  g_assert_true (thru_open_outputs_is_left (outputs, "jack:out:synth:in"));
  g_assert_false (thru_open_outputs_is_left (outputs, "jack:out:drums:in"));
  thru_open_outputs_free (outputs);
}

static void
test_killed_twice (Fixture      *fixture,
                   gconstpointer data)
{
  ThruOpenOutputs *outputs = thru_open_outputs_new (fixture->dir);

  thru_open_outputs_add (outputs, "unplugged");
  thru_open_outputs_add (outputs, "silenced");
  thru_open_outputs_free (outputs);

  outputs = thru_open_outputs_new (fixture->dir);
  thru_open_outputs_add (outputs, "silenced");
  g_assert_false (thru_open_outputs_is_left (outputs, "silenced"));
  thru_open_outputs_remove (outputs, "silenced");
  thru_open_outputs_free (outputs);

  outputs = thru_open_outputs_new (fixture->dir);
  g_assert_true (thru_open_outputs_is_left (outputs, "unplugged"));
  g_assert_false (thru_open_outputs_is_left (outputs, "silenced"));
  thru_open_outputs_free (outputs);
}

static void
test_second_program (Fixture      *fixture,
                     gconstpointer data)
{
  g_autoptr(ThruOpenOutputs) first = thru_open_outputs_new (fixture->dir);
  g_autoptr(ThruOpenOutputs) second = NULL;

  thru_open_outputs_add (first, "playing");
  second = thru_open_outputs_new (fixture->dir);
  g_assert_false (thru_open_outputs_is_left (second, "playing"));
  thru_open_outputs_add (second, "other");
  g_clear_pointer (&second, thru_open_outputs_free);
  g_clear_pointer (&first, thru_open_outputs_free);

  first = thru_open_outputs_new (fixture->dir);
  g_assert_true (thru_open_outputs_is_left (first, "playing"));
  g_assert_false (thru_open_outputs_is_left (first, "other"));
}

static void
test_damaged (Fixture      *fixture,
              gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->dir, "open-outputs", NULL);
  g_autoptr(ThruOpenOutputs) outputs = NULL;

  g_assert_true (g_file_set_contents (path, "\xff\xfe\n\n\ngood\n\0bad\n", 14, NULL));
  outputs = thru_open_outputs_new (fixture->dir);
  g_assert_true (thru_open_outputs_is_left (outputs, "good"));
}

#define ADD(path, test) g_test_add ("/studio/open-outputs/" path, Fixture, NULL, set_up, test, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("what-a-killed-program-had-open-is-left", test_killed);
  ADD ("what-is-left-stays-so-until-it-is-opened", test_killed_twice);
  ADD ("second-program-takes-nothing-from-the-first", test_second_program);
  ADD ("damaged-file-does-no-harm", test_damaged);
  return g_test_run ();
}
