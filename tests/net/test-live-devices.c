/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Devices that come and go under a whole studio: what plays, what waits, and what a person is asked. */

#include "live-studios.h"

static const uint8_t note_on[] = { 0x90, 60, 100 };
static const uint8_t note_off[] = { 0x80, 60, 64 };

static void
plug_in (const char *name,
         const char *place)
{
  g_assert_true (thru_demo_port_add (name, THRU_DIRECTION_SOURCE));
  g_assert_true (thru_demo_port_set_place (name, THRU_DIRECTION_SOURCE, place, NULL));
}

static void
unplug (const char *name)
{
  g_assert_true (thru_demo_port_remove (name, THRU_DIRECTION_SOURCE));
}

static void
connect_to_synth (LiveStudios *fixture,
                  const char  *from)
{
  live_connect_route (fixture, 0, from, "/Synth");
  live_wait_connected (fixture, 0, from, "/Synth");
}

/* Plays a controller each time until the last one played was heard: then nothing is on its way any more. */
static gboolean
reaches_synth (const char *port)
{
  static uint8_t value;
  g_autoptr(GBytes) heard = thru_demo_port_take ("Synth");
  gsize length;
  const uint8_t *octets = g_bytes_get_data (heard, &length);
  uint8_t volume[] = { 0xB0, 7, value };

  if (length >= sizeof volume && memcmp (octets + length - sizeof volume, volume, sizeof volume) == 0)
    return TRUE;
  value = volume[2] = (value + 1) % 128;
  thru_demo_port_inject (port, volume, sizeof volume);
  return FALSE;
}

/* @port plays a note and its end, and the synth hears just that. */
static void
check_plays (const char *port)
{
  g_autoptr(GByteArray) octets = g_byte_array_new ();
  static const uint8_t played[] = { 0x90, 60, 100, 0x80, 60, 64 };

  live_wait_until (reaches_synth (port));
  g_assert_true (thru_demo_port_inject (port, note_on, sizeof note_on));
  g_assert_true (thru_demo_port_inject (port, note_off, sizeof note_off));
  live_wait_until (live_heard (octets, (const char *) played, sizeof played));
}

/* Nobody opened it, for no route leads from it. */
static void
check_is_mute (const char *port)
{
  g_assert_false (thru_demo_port_inject (port, note_on, sizeof note_on));
}

static ThruQuestion *
get_question (LiveStudios *fixture)
{
  g_autoptr(ThruQuestion) question = g_list_model_get_item (thru_studio_get_questions (fixture->studios[0]), 0);

  return question;
}

static guint
count_questions (LiveStudios *fixture)
{
  return g_list_model_get_n_items (thru_studio_get_questions (fixture->studios[0]));
}

static void
answer (LiveStudios *fixture,
        guint        n)
{
  g_autoptr(ThruQuestion) question = g_object_ref (get_question (fixture));
  g_autoptr(GError) error = NULL;

  g_assert_true (thru_studio_answer (fixture->studios[0], question, n, &error));
  g_assert_no_error (error);
}

static void
test_same_in_another_socket (LiveStudios  *fixture,
                             gconstpointer data)
{
  plug_in ("UM-ONE 20:0", "usb-1#0");
  connect_to_synth (fixture, "/UM-ONE");
  unplug ("UM-ONE 20:0");
  live_wait_until (live_is_state (fixture, 0, "/UM-ONE", "/Synth", THRU_ROUTE_WAITING));
  plug_in ("UM-ONE 24:0", "usb-2#0");
  live_wait_connected (fixture, 0, "/UM-ONE", "/Synth");
  check_plays ("UM-ONE 24:0");
  g_assert_cmpuint (count_questions (fixture), ==, 0);
}

static void
test_quick_replug (LiveStudios  *fixture,
                   gconstpointer data)
{
  plug_in ("UM-ONE 20:0", "usb-1#0");
  connect_to_synth (fixture, "/UM-ONE");

  /* Before anybody looks. */
  unplug ("UM-ONE 20:0");
  plug_in ("UM-ONE 24:0", "usb-1#0");
  check_plays ("UM-ONE 24:0");
}

static void
test_twin_does_not_stand_in (LiveStudios  *fixture,
                             gconstpointer data)
{
  plug_in ("UM-ONE 20:0", "usb-1#0");
  plug_in ("UM-ONE 24:0", "usb-2#0");
  live_wait_until (live_find (fixture, 0, "/UM-ONE (2)", TRUE) != NULL);
  connect_to_synth (fixture, "/UM-ONE");
  unplug ("UM-ONE 20:0");
  live_wait_until (live_is_state (fixture, 0, "/UM-ONE", "/Synth", THRU_ROUTE_WAITING));
  g_assert_nonnull (live_find (fixture, 0, "/UM-ONE (2)", TRUE));
  check_is_mute ("UM-ONE 24:0");
  plug_in ("UM-ONE 28:0", "usb-1#0");
  live_wait_connected (fixture, 0, "/UM-ONE", "/Synth");
  check_plays ("UM-ONE 28:0");
  check_is_mute ("UM-ONE 24:0");
}

/* Two known ones, both with a route, and one of them in a new socket after a restart. */
static void
bring_one_of_two_back (LiveStudios *fixture)
{
  plug_in ("UM-ONE 20:0", "usb-1#0");
  plug_in ("UM-ONE 24:0", "usb-2#0");
  thru_demo_port_add ("Drums", THRU_DIRECTION_DESTINATION);
  connect_to_synth (fixture, "/UM-ONE (2)");
  live_connect_route (fixture, 0, "/UM-ONE", "/Drums");
  live_stop (fixture, 0);
  unplug ("UM-ONE 20:0");
  unplug ("UM-ONE 24:0");
  plug_in ("UM-ONE 20:0", "usb-3#0");
  live_start (fixture, 0);
  live_wait_until (count_questions (fixture) == 1);
}

static void
test_asks_which_twin_came_back (LiveStudios  *fixture,
                                gconstpointer data)
{
  ThruQuestion *question;
  const char *const *answers;
  ThruRoute *route;

  bring_one_of_two_back (fixture);
  question = get_question (fixture);
  answers = thru_question_get_answers (question);
  g_assert_cmpstr (thru_question_get_title (question), ==, "Which UM-ONE is this?");
  g_assert_cmpuint (g_strv_length ((char **) answers), ==, 3);
  g_assert_cmpstr (answers[0], ==, "UM-ONE, to Drums");
  g_assert_cmpstr (answers[1], ==, "UM-ONE (2), to Synth");
  g_assert_true (live_is_state (fixture, 0, "/UM-ONE", "/Drums", THRU_ROUTE_WAITING));
  live_wait_until (live_is_state (fixture, 0, "/UM-ONE (2)", "/Synth", THRU_ROUTE_WAITING));
  route = live_find_route (fixture, 0, "/UM-ONE (2)", "/Synth");
  live_wait_until (g_str_has_suffix (thru_route_get_reason (route), "Answer the question."));
  check_is_mute ("UM-ONE 20:0");
}

static void
test_answer_brings_its_routes_back (LiveStudios  *fixture,
                                    gconstpointer data)
{
  bring_one_of_two_back (fixture);
  answer (fixture, 1);
  g_assert_cmpuint (count_questions (fixture), ==, 0);
  live_wait_connected (fixture, 0, "/UM-ONE (2)", "/Synth");
  g_assert_true (live_is_state (fixture, 0, "/UM-ONE", "/Drums", THRU_ROUTE_WAITING));
  check_plays ("UM-ONE 20:0");

  /* It is remembered. */
  live_stop (fixture, 0);
  live_start (fixture, 0);
  live_wait_connected (fixture, 0, "/UM-ONE (2)", "/Synth");
  g_assert_cmpuint (count_questions (fixture), ==, 0);
}

static void
test_answer_can_be_taken_back (LiveStudios  *fixture,
                               gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  bring_one_of_two_back (fixture);
  answer (fixture, 1);
  live_wait_connected (fixture, 0, "/UM-ONE (2)", "/Synth");
  g_assert_true (thru_studio_take_back_answer (fixture->studios[0], &error));
  g_assert_cmpuint (count_questions (fixture), ==, 1);
  live_wait_until (live_is_state (fixture, 0, "/UM-ONE (2)", "/Synth", THRU_ROUTE_WAITING));
  g_assert_false (thru_studio_take_back_answer (fixture->studios[0], &error));
  g_assert_error (error, THRU_STUDIO_ERROR, THRU_STUDIO_ERROR_FAILED);
  answer (fixture, 0);
  live_wait_connected (fixture, 0, "/UM-ONE", "/Drums");
}

static void
test_answer_may_be_none_of_them (LiveStudios  *fixture,
                                 gconstpointer data)
{
  bring_one_of_two_back (fixture);
  answer (fixture, 2);
  g_assert_cmpuint (count_questions (fixture), ==, 0);
  live_wait_until (live_find (fixture, 0, "/UM-ONE (3)", TRUE) != NULL);
  g_assert_true (live_is_state (fixture, 0, "/UM-ONE", "/Drums", THRU_ROUTE_WAITING));
  check_is_mute ("UM-ONE 20:0");
}

static void
test_question_ends_when_both_are_back (LiveStudios  *fixture,
                                       gconstpointer data)
{
  bring_one_of_two_back (fixture);
  plug_in ("UM-ONE 24:0", "usb-2#0");
  live_wait_until (count_questions (fixture) == 0);
  live_wait_connected (fixture, 0, "/UM-ONE", "/Drums");
  live_wait_connected (fixture, 0, "/UM-ONE (2)", "/Synth");
  check_plays ("UM-ONE 24:0");
}

static void
test_twins_without_routes_are_not_asked_about (LiveStudios  *fixture,
                                               gconstpointer data)
{
  plug_in ("UM-ONE 20:0", "usb-1#0");
  plug_in ("UM-ONE 24:0", "usb-2#0");
  live_wait_until (live_find (fixture, 0, "/UM-ONE (2)", TRUE) != NULL);
  unplug ("UM-ONE 20:0");
  unplug ("UM-ONE 24:0");
  live_wait_until (live_find (fixture, 0, "/UM-ONE", TRUE) == NULL);
  plug_in ("UM-ONE 20:0", "usb-3#0");
  live_wait_until (live_find (fixture, 0, "/UM-ONE", TRUE) != NULL);
  g_assert_cmpuint (count_questions (fixture), ==, 0);
}

static void
test_new_name_is_offered (LiveStudios  *fixture,
                          gconstpointer data)
{
  plug_in ("UM-ONE 20:0", "usb-1#0");
  connect_to_synth (fixture, "/UM-ONE");
  unplug ("UM-ONE 20:0");
  plug_in ("UM-ONE mk2 20:0", "usb-1#0");
  live_wait_until (count_questions (fixture) == 1);
  g_assert_cmpstr (thru_question_get_title (get_question (fixture)), ==, "Is this the same instrument?");
  check_is_mute ("UM-ONE mk2 20:0");

  answer (fixture, 0);
  live_wait_connected (fixture, 0, "/UM-ONE mk2", "/Synth");
  check_plays ("UM-ONE mk2 20:0");
  g_assert_cmpuint (count_questions (fixture), ==, 0);

  g_assert_true (thru_studio_take_back_answer (fixture->studios[0], NULL));
  live_wait_until (live_is_state (fixture, 0, "/UM-ONE", "/Synth", THRU_ROUTE_WAITING));
  g_assert_cmpuint (count_questions (fixture), ==, 1);
  answer (fixture, 1);
  g_assert_cmpuint (count_questions (fixture), ==, 0);
  live_stop (fixture, 0);
  live_start (fixture, 0);
  live_wait_until (live_find (fixture, 0, "/UM-ONE mk2", TRUE) != NULL);
  g_assert_cmpuint (count_questions (fixture), ==, 0);
}

static void
test_any_may_be_used_instead (LiveStudios  *fixture,
                              gconstpointer data)
{
  g_autoptr(GError) error = NULL;

  plug_in ("UM-ONE 20:0", "usb-1#0");
  connect_to_synth (fixture, "/UM-ONE");
  g_assert_false (thru_studio_use_device (fixture->studios[0], live_find (fixture, 0, "/UM-ONE", TRUE),
                                          live_find (fixture, 0, "/Keys", TRUE), &error));
  g_assert_cmpstr (error->message, ==, "The old device is here");
  unplug ("UM-ONE 20:0");
  live_wait_until (live_is_state (fixture, 0, "/UM-ONE", "/Synth", THRU_ROUTE_WAITING));
  g_assert_cmpuint (count_questions (fixture), ==, 0);
  g_assert_true (thru_studio_use_device (fixture->studios[0],
                                         thru_studio_parse_device (fixture->studios[0], "/UM-ONE", TRUE, NULL),
                                         live_find (fixture, 0, "/Keys", TRUE), NULL));
  live_wait_connected (fixture, 0, "/Keys", "/Synth");
  check_plays ("Keys");
}

static void
test_held_by_another_program (LiveStudios  *fixture,
                              gconstpointer data)
{
  ThruRoute *route;

  plug_in ("UM-ONE 20:0", "usb-1#0");
  thru_demo_port_set_refusing ("UM-ONE 20:0", THRU_DIRECTION_SOURCE, TRUE, "Sequencer");
  connect_to_synth (fixture, "/Keys");
  live_connect_route (fixture, 0, "/UM-ONE", "/Synth");
  live_wait_until (live_is_state (fixture, 0, "/UM-ONE", "/Synth", THRU_ROUTE_PROBLEM));
  route = live_find_route (fixture, 0, "/UM-ONE", "/Synth");
  g_assert_cmpstr (thru_route_get_reason (route), ==,
                   "UM-ONE is held by Sequencer, which shares it with nobody. Close that program; Thruwall keeps trying.");
  check_plays ("Keys");
  thru_demo_port_set_refusing ("UM-ONE 20:0", THRU_DIRECTION_SOURCE, FALSE, NULL);
  live_wait_connected (fixture, 0, "/UM-ONE", "/Synth");
  check_plays ("UM-ONE 20:0");
}

static void
test_unplugging_releases (LiveStudios  *fixture,
                          gconstpointer data)
{
  g_autoptr(GByteArray) octets = g_byte_array_new ();

  plug_in ("UM-ONE 20:0", "usb-1#0");
  connect_to_synth (fixture, "/UM-ONE");
  live_wait_until (thru_demo_port_inject ("UM-ONE 20:0", note_on, sizeof note_on));
  live_wait_until (live_heard (octets, (const char *) note_on, sizeof note_on));
  g_byte_array_set_size (octets, 0);
  unplug ("UM-ONE 20:0");
  live_wait_until (live_heard (octets, "", 0) || octets->len >= 3);
  live_wait_until (octets->len >= 3 || live_heard (octets, "", 1));
  g_assert_cmphex (octets->data[0] & 0xf0, ==, 0x80);
  g_assert_cmpuint (octets->data[1], ==, 60);
  plug_in ("UM-ONE 24:0", "usb-1#0");
  check_plays ("UM-ONE 24:0");
}

static void
test_nothing_stale_is_played_after_replugging (LiveStudios  *fixture,
                                               gconstpointer data)
{
  g_autoptr(GByteArray) octets = g_byte_array_new ();

  connect_to_synth (fixture, "/Keys");
  g_assert_true (thru_demo_port_inject ("Keys", note_on, sizeof note_on));
  live_wait_until (live_heard (octets, (const char *) note_on, sizeof note_on));
  thru_demo_port_remove ("Synth", THRU_DIRECTION_DESTINATION);
  for (guint i = 0; i < 100; i++)
    thru_demo_port_inject ("Keys", note_on, sizeof note_on);
  live_wait_until (live_is_state (fixture, 0, "/Keys", "/Synth", THRU_ROUTE_WAITING));
  thru_demo_port_add ("Synth", THRU_DIRECTION_DESTINATION);
  live_wait_connected (fixture, 0, "/Keys", "/Synth");
  live_wait_until (thru_demo_port_inject ("Keys", note_off, sizeof note_off));
  check_plays ("Keys");
}

int
main (int    argc,
      char **argv)
{
  live_init (&argc, &argv);

  live_add_test ("/devices/live/same-in-another-socket", 1, test_same_in_another_socket);
  live_add_test ("/devices/live/quick-replug", 1, test_quick_replug);
  live_add_test ("/devices/live/twin-does-not-stand-in", 1, test_twin_does_not_stand_in);
  live_add_test ("/devices/live/asks-which-twin-came-back", 1, test_asks_which_twin_came_back);
  live_add_test ("/devices/live/answer-brings-its-routes-back", 1, test_answer_brings_its_routes_back);
  live_add_test ("/devices/live/answer-can-be-taken-back", 1, test_answer_can_be_taken_back);
  live_add_test ("/devices/live/answer-may-be-none-of-them", 1, test_answer_may_be_none_of_them);
  live_add_test ("/devices/live/question-ends-when-both-are-back", 1, test_question_ends_when_both_are_back);
  live_add_test ("/devices/live/twins-without-routes-are-not-asked-about", 1, test_twins_without_routes_are_not_asked_about);
  live_add_test ("/devices/live/new-name-is-offered", 1, test_new_name_is_offered);
  live_add_test ("/devices/live/any-may-be-used-instead", 1, test_any_may_be_used_instead);
  live_add_test ("/devices/live/held-by-another-program", 1, test_held_by_another_program);
  live_add_test ("/devices/live/unplugging-releases", 1, test_unplugging_releases);
  live_add_test ("/devices/live/nothing-stale-is-played-after-replugging", 1, test_nothing_stale_is_played_after_replugging);

  return g_test_run ();
}
