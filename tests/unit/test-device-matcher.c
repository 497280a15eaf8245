/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* Which of the devices that were here before is plugged in now. */

#include "thru-device-matcher.h"

#define KIND "alsa:in:UM-ONE MIDI 1"

typedef struct
{
  GPtrArray *ports;
  GPtrArray *known;
} Fixture;

static void
set_up (Fixture      *fixture,
        gconstpointer data)
{
  fixture->ports = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_port_info_free);
  fixture->known = g_ptr_array_new_with_free_func ((GDestroyNotify) thru_saved_device_free);
}

static void
tear_down (Fixture      *fixture,
           gconstpointer data)
{
  g_ptr_array_unref (fixture->ports);
  g_ptr_array_unref (fixture->known);
}

static ThruPortInfo *
plug_in (Fixture    *fixture,
         const char *port,
         const char *place,
         const char *serial)
{
  ThruPortInfo *info = thru_port_info_new (KIND, "UM-ONE", KIND, "UM-ONE", port, THRU_DIRECTION_SOURCE);

  info->place = g_strdup (place);
  info->serial = g_strdup (serial);
  g_ptr_array_add (fixture->ports, info);
  return info;
}

static ThruSavedDevice *
know (Fixture    *fixture,
      const char *id,
      const char *place,
      const char *serial)
{
  ThruSavedDevice *saved = thru_saved_device_new (id, id, TRUE, 0);

  saved->place = g_strdup (place);
  saved->serial = g_strdup (serial);
  g_ptr_array_add (fixture->known, saved);
  return saved;
}

static void
check (Fixture               *fixture,
       guint                  port,
       ThruMatchResult        result,
       const ThruSavedDevice *device)
{
  g_autofree ThruMatch *matches = thru_device_matcher_match (fixture->ports, fixture->known);

  g_assert_cmpint (matches[port].result, ==, result);
  g_assert_true (matches[port].device == device);
}

static void
test_one_is_known_wherever_it_is (Fixture      *fixture,
                                  gconstpointer data)
{
  ThruSavedDevice *saved = know (fixture, KIND, "usb-1#0", NULL);

  plug_in (fixture, "24:0", "usb-2#0", NULL);
  check (fixture, 0, THRU_MATCH_KNOWN, saved);
}

static void
test_first_is_new (Fixture      *fixture,
                   gconstpointer data)
{
  plug_in (fixture, "24:0", "usb-2#0", NULL);
  check (fixture, 0, THRU_MATCH_NEW, NULL);
}

static void
test_other_serial_number_is_another (Fixture      *fixture,
                                     gconstpointer data)
{
  know (fixture, KIND, "usb-1#0", "A17");
  plug_in (fixture, "24:0", "usb-1#0", "B42");
  check (fixture, 0, THRU_MATCH_NEW, NULL);
}

static void
test_second_twin_is_new (Fixture      *fixture,
                         gconstpointer data)
{
  ThruSavedDevice *saved = know (fixture, KIND, "usb-1#0", NULL);

  plug_in (fixture, "20:0", "usb-2#0", NULL);
  plug_in (fixture, "24:0", "usb-1#0", NULL);
  check (fixture, 0, THRU_MATCH_NEW, NULL);
  check (fixture, 1, THRU_MATCH_KNOWN, saved);
}

static void
test_twins_are_told_apart_by_their_sockets (Fixture      *fixture,
                                            gconstpointer data)
{
  ThruSavedDevice *first = know (fixture, KIND, "usb-1#0", NULL);
  ThruSavedDevice *second = know (fixture, KIND "#2", "usb-2#0", NULL);

  plug_in (fixture, "20:0", "usb-2#0", NULL);
  check (fixture, 0, THRU_MATCH_KNOWN, second);
  plug_in (fixture, "24:0", "usb-1#0", NULL);
  check (fixture, 0, THRU_MATCH_KNOWN, second);
  check (fixture, 1, THRU_MATCH_KNOWN, first);
}

static void
test_twins_are_told_apart_by_serial_number (Fixture      *fixture,
                                            gconstpointer data)
{
  ThruSavedDevice *first = know (fixture, KIND, "usb-1#0", "A17");
  ThruSavedDevice *second = know (fixture, KIND "#2", "usb-2#0", "B42");

  /* They changed places. */
  plug_in (fixture, "20:0", "usb-1#0", "B42");
  plug_in (fixture, "24:0", "usb-2#0", "A17");
  check (fixture, 0, THRU_MATCH_KNOWN, second);
  check (fixture, 1, THRU_MATCH_KNOWN, first);
}

static void
test_one_of_two_in_a_new_socket_is_ambiguous (Fixture      *fixture,
                                              gconstpointer data)
{
  know (fixture, KIND, "usb-1#0", NULL);
  know (fixture, KIND "#2", "usb-2#0", NULL);
  plug_in (fixture, "20:0", "usb-3#0", NULL);
  check (fixture, 0, THRU_MATCH_AMBIGUOUS, NULL);
}

static void
test_both_in_new_sockets_are_ambiguous (Fixture      *fixture,
                                        gconstpointer data)
{
  know (fixture, KIND, "usb-1#0", NULL);
  know (fixture, KIND "#2", "usb-2#0", NULL);
  plug_in (fixture, "20:0", "usb-3#0", NULL);
  plug_in (fixture, "24:0", "usb-4#0", NULL);
  check (fixture, 0, THRU_MATCH_AMBIGUOUS, NULL);
  check (fixture, 1, THRU_MATCH_AMBIGUOUS, NULL);
}

static void
test_last_of_two_is_the_other (Fixture      *fixture,
                               gconstpointer data)
{
  ThruSavedDevice *first = know (fixture, KIND, "usb-1#0", NULL);
  ThruSavedDevice *second = know (fixture, KIND "#2", "usb-2#0", NULL);

  plug_in (fixture, "20:0", "usb-3#0", NULL);
  plug_in (fixture, "24:0", "usb-1#0", NULL);
  check (fixture, 0, THRU_MATCH_KNOWN, second);
  check (fixture, 1, THRU_MATCH_KNOWN, first);
}

static void
test_same_serial_numbers_tell_nothing (Fixture      *fixture,
                                       gconstpointer data)
{
  ThruSavedDevice *first = know (fixture, KIND, "usb-1#0", "000000");
  ThruSavedDevice *second = know (fixture, KIND "#2", "usb-2#0", "000000");

  plug_in (fixture, "20:0", "usb-2#0", "000000");
  plug_in (fixture, "24:0", "usb-1#0", "000000");
  check (fixture, 0, THRU_MATCH_KNOWN, second);
  check (fixture, 1, THRU_MATCH_KNOWN, first);
}

static void
test_without_hints_their_order_counts (Fixture      *fixture,
                                       gconstpointer data)
{
  ThruSavedDevice *second = know (fixture, KIND "#2", NULL, NULL);
  ThruSavedDevice *first = know (fixture, KIND, NULL, NULL);

  plug_in (fixture, "20:0", NULL, NULL);
  plug_in (fixture, "24:0", NULL, NULL);
  check (fixture, 0, THRU_MATCH_KNOWN, first);
  check (fixture, 1, THRU_MATCH_KNOWN, second);
}

static void
test_without_hints_one_of_two_is_ambiguous (Fixture      *fixture,
                                            gconstpointer data)
{
  know (fixture, KIND "#2", NULL, NULL);
  know (fixture, KIND, NULL, NULL);
  plug_in (fixture, "20:0", NULL, NULL);
  check (fixture, 0, THRU_MATCH_AMBIGUOUS, NULL);
}

static void
test_stays_what_it_is_while_it_is_there (Fixture      *fixture,
                                         gconstpointer data)
{
  ThruSavedDevice *first = know (fixture, KIND, NULL, NULL);
  ThruSavedDevice *second = know (fixture, KIND "#2", NULL, NULL);

  first->port = g_strdup ("20:0");
  second->port = g_strdup ("24:0");
  plug_in (fixture, "24:0", NULL, NULL);
  check (fixture, 0, THRU_MATCH_KNOWN, second);

  /* The number is the same, the socket is not: another one was quicker than we looked. */
  g_clear_pointer (&first->port, g_free);
  g_ptr_array_set_size (fixture->ports, 0);
  second->place = g_strdup ("usb-2#0");
  plug_in (fixture, "24:0", "usb-3#0", NULL);
  check (fixture, 0, THRU_MATCH_AMBIGUOUS, NULL);
}

static void
test_unit_of_two_moves_as_a_whole (Fixture      *fixture,
                                   gconstpointer data)
{
  ThruSavedDevice *first = know (fixture, KIND, "usb-1#0", NULL);
  ThruSavedDevice *second = know (fixture, KIND "#2", "usb-1#1", NULL);

  plug_in (fixture, "20:1", "usb-3#1", NULL);
  plug_in (fixture, "20:0", "usb-3#0", NULL);
  check (fixture, 0, THRU_MATCH_KNOWN, second);
  check (fixture, 1, THRU_MATCH_KNOWN, first);
}

static void
test_other_names_and_directions_are_no_twins (Fixture      *fixture,
                                              gconstpointer data)
{
  ThruSavedDevice *saved = know (fixture, KIND, "usb-1#0", NULL);

  know (fixture, "alsa:in:UM-ONE MIDI 2", "usb-1#1", NULL);
  saved->is_source = FALSE;
  plug_in (fixture, "24:0", "usb-1#0", NULL);
  check (fixture, 0, THRU_MATCH_NEW, NULL);
}

static void
test_similar_names (Fixture      *fixture,
                    gconstpointer data)
{
  ThruPortInfo *port = plug_in (fixture, "24:0", NULL, NULL);

  g_assert_true (thru_device_matcher_similar (port, know (fixture, "alsa:in:UM-ONE mk2 MIDI 1", NULL, NULL)));
  g_assert_true (thru_device_matcher_similar (port, know (fixture, "alsa:in:um one", NULL, NULL)));
  g_assert_false (thru_device_matcher_similar (port, know (fixture, "alsa:in:Keystation 61", NULL, NULL)));
  g_assert_false (thru_device_matcher_similar (port, know (fixture, "jack:in:UM-ONE", NULL, NULL)));
  g_assert_false (thru_device_matcher_similar (port, know (fixture, "alsa:in:88", NULL, NULL)));
}

#define ADD(name, function) g_test_add ("/studio/device-matcher/" name, Fixture, NULL, set_up, function, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD ("one-is-known-wherever-it-is", test_one_is_known_wherever_it_is);
  ADD ("first-is-new", test_first_is_new);
  ADD ("other-serial-number-is-another", test_other_serial_number_is_another);
  ADD ("second-twin-is-new", test_second_twin_is_new);
  ADD ("twins-are-told-apart-by-their-sockets", test_twins_are_told_apart_by_their_sockets);
  ADD ("twins-are-told-apart-by-serial-number", test_twins_are_told_apart_by_serial_number);
  ADD ("one-of-two-in-a-new-socket-is-ambiguous", test_one_of_two_in_a_new_socket_is_ambiguous);
  ADD ("both-in-new-sockets-are-ambiguous", test_both_in_new_sockets_are_ambiguous);
  ADD ("last-of-two-is-the-other", test_last_of_two_is_the_other);
  ADD ("same-serial-numbers-tell-nothing", test_same_serial_numbers_tell_nothing);
  ADD ("without-hints-their-order-counts", test_without_hints_their_order_counts);
  ADD ("without-hints-one-of-two-is-ambiguous", test_without_hints_one_of_two_is_ambiguous);
  ADD ("stays-what-it-is-while-it-is-there", test_stays_what_it_is_while_it_is_there);
  ADD ("unit-of-two-moves-as-a-whole", test_unit_of_two_moves_as_a_whole);
  ADD ("other-names-and-directions-are-no-twins", test_other_names_and_directions_are_no_twins);
  ADD ("similar-names", test_similar_names);

  return g_test_run ();
}
