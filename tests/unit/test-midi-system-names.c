/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "thru-alsa-place.h"
#include "thru-port-list.h"

#include <string.h>

static void
check (const char *prefix,
       const char *api_name,
       const char *expected)
{
  g_autofree char *name = thru_port_list_readable (prefix, api_name);

  g_assert_cmpstr (name, ==, expected);
}

static void
test_alsa (void)
{
  check ("alsa", "Keystation 49:Keystation 49 MIDI 1 20:0", "Keystation 49 MIDI 1");
  check ("alsa", "Midi Through:Midi Through Port-0 14:0", "Midi Through Port-0");
  check ("alsa", "TX7:in 128:1", "TX7: in");
  check ("alsa", "Rack: left:Rack: left out 129:0", "Rack: left out");
  check ("alsa", "FLUID Synth (4711):Synth input port (4711:0) 130:0", "FLUID Synth: Synth input port");
  check ("alsa", "Launchpad (2):Launchpad (2) MIDI 1 24:0", "Launchpad (2) MIDI 1");
}

static void
test_jack (void)
{
  check ("jack", "system:midi_capture_1", "system:midi_capture_1");
  check ("jack", "a2j:Keystation 49 [20] (capture): Keystation 49 MIDI 1", "Keystation 49 MIDI 1");
  check ("jack", "Midi-Bridge:Keystation 49:(capture_0) Keystation 49 MIDI 1", "Keystation 49 MIDI 1");
}

static void
test_hostile (void)
{
  g_autofree char *long_name = g_strnfill (3000, 'x');
  g_autofree char *wide = NULL;
  g_autofree char *name = NULL;
  g_autofree char *wide_name = NULL;
  GString *many = g_string_new (NULL);

  check ("jack", "\x1b[31mred\n\tline\x7f", "[31mred line");
  check ("jack", "bad\xff\xfeutf", "bad\xEF\xBF\xBD\xEF\xBF\xBDutf");
  check ("jack", "", "MIDI");
  check ("alsa", ": 1:2", "MIDI");
  check ("alsa", "  :  ", "MIDI");
  name = thru_port_list_readable ("jack", long_name);
  g_assert_cmpuint (strlen (name), ==, THRU_PORT_NAME_MAX);
  for (guint i = 0; i < 500; i++)
    g_string_append (many, "é€");
  wide = g_string_free (many, FALSE);
  wide_name = thru_port_list_readable ("jack", wide);
  g_assert_true (g_utf8_validate (wide_name, -1, NULL));
  g_assert_cmpuint (strlen (wide_name), <=, THRU_PORT_NAME_MAX);
}

static void
test_twins (void)
{
  static const char *const sources[] = { "Pads:Pads 28:0", "Pads:Pads 24:0", "Pads (2):Pads (2) 30:0", NULL };
  g_autoptr(GPtrArray) list = thru_port_list_new ("alsa", sources, NULL);
  const ThruPortEntry *first = thru_port_list_find (list, "alsa:in:Pads");
  const ThruPortEntry *second = thru_port_list_find (list, "alsa:in:Pads#2");
  const ThruPortEntry *third = thru_port_list_find (list, "alsa:in:Pads (2)#2");

  g_assert_cmpuint (list->len, ==, 3);
  g_assert_cmpstr (first->api_name, ==, "Pads:Pads 28:0");
  g_assert_cmpstr (first->info->name, ==, "Pads");
  g_assert_cmpstr (second->api_name, ==, "Pads:Pads 24:0");
  g_assert_cmpstr (second->info->name, ==, "Pads (2)");
  g_assert_cmpstr (third->info->name, ==, "Pads (2) (2)");
}

static void
test_identity_survives_renumbering (void)
{
  static const char *const before[] = { "Keys:Keys MIDI 1 20:0", NULL };
  static const char *const after[] = { "Other:Other 20:0", "Keys:Keys MIDI 1 28:0", NULL };
  g_autoptr(GPtrArray) old_list = thru_port_list_new ("alsa", NULL, before);
  g_autoptr(GPtrArray) new_list = thru_port_list_new ("alsa", NULL, after);
  ThruPortEntry *entry = g_ptr_array_index (old_list, 0);

  g_assert_cmpstr (entry->info->id, ==, "alsa:out:Keys MIDI 1");
  g_assert_cmpstr (thru_port_list_find (new_list, entry->info->id)->api_name, ==, "Keys:Keys MIDI 1 28:0");
}

static void
test_ours_are_left_out (void)
{
  static const char *const sources[] = { "Thruwall-4711:to 128:0", "Thruwall-12-01:out", "Thruwall:mine", "Thruwall-x:mine", NULL };
  g_autoptr(GPtrArray) list = thru_port_list_new ("jack", sources, sources);

  g_assert_cmpuint (list->len, ==, 4);
  g_assert_nonnull (thru_port_list_find (list, "jack:in:Thruwall:mine"));
  g_assert_nonnull (thru_port_list_find (list, "jack:in:Thruwall-x:mine"));
}

static void
test_order (void)
{
  static const char *const sources[] = { "c:port 10", "c:port 9", NULL };
  static const char *const destinations[] = { "a:first", NULL };
  g_autoptr(GPtrArray) list = thru_port_list_new ("jack", sources, destinations);

  g_assert_cmpstr (((ThruPortEntry *) g_ptr_array_index (list, 0))->info->name, ==, "c:port 9");
  g_assert_cmpstr (((ThruPortEntry *) g_ptr_array_index (list, 1))->info->name, ==, "c:port 10");
  g_assert_cmpstr (((ThruPortEntry *) g_ptr_array_index (list, 2))->info->name, ==, "a:first");
}

static void
check_place (const char *path,
             guint       port,
             const char *expected)
{
  g_autofree char *place = thru_alsa_place_from_path (path, port);

  g_assert_cmpstr (place, ==, expected);
}

static void
test_places (void)
{
  check_place ("/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3/1-2.3:1.0", 1, "usb-0000:00:14.0-2.3#1");
  check_place ("/sys/devices/pci0000:00/0000:00:14.0/usb3/3-2/3-2.3/3-2.3:1.1", 1, "usb-0000:00:14.0-2.3#1");
  check_place ("/sys/devices/platform/soc/1c1b000.usb/usb2/2-1/2-1:1.0", 0, "usb-1c1b000.usb-1#0");
  check_place ("/sys/devices/platform/snd_virmidi.0", 3, "platform/snd_virmidi.0#3");
  check_place ("/sys/devices/pci0000:00/0000:00:1b.0", 0, "pci0000:00/0000:00:1b.0#0");
  check_place ("", 0, "#0");
}

static void
test_owners (void)
{
  static const char text[] =
    "Test Synth\n\n"
    "Output 0\n  Tx bytes     : 0\n  Owner PID    : 153\n  Mode         : native\n"
    "Output 1\n  Tx bytes     : 7\n"
    "Input 0\n  Rx bytes     : 0\n"
    "Input 1\n  Rx bytes     : 0\n  Owner PID    : 154\n  Avail        : 0\n";

  g_assert_cmpint (thru_alsa_place_read_owner (text, THRU_DIRECTION_DESTINATION, 0), ==, 153);
  g_assert_cmpint (thru_alsa_place_read_owner (text, THRU_DIRECTION_DESTINATION, 1), ==, 0);
  g_assert_cmpint (thru_alsa_place_read_owner (text, THRU_DIRECTION_SOURCE, 0), ==, 0);
  g_assert_cmpint (thru_alsa_place_read_owner (text, THRU_DIRECTION_SOURCE, 1), ==, 154);
  g_assert_cmpint (thru_alsa_place_read_owner (text, THRU_DIRECTION_SOURCE, 2), ==, 0);
  g_assert_cmpint (thru_alsa_place_read_owner ("", THRU_DIRECTION_SOURCE, 0), ==, 0);
}

static void
test_bounded (void)
{
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new ();
  g_auto(GStrv) names = NULL;
  g_autoptr(GPtrArray) list = NULL;

  for (guint i = 0; i < THRU_PORT_LIST_MAX + 100; i++)
    g_strv_builder_add (builder, "same");
  names = g_strv_builder_end (builder);
  list = thru_port_list_new ("jack", (const char *const *) names, (const char *const *) names);
  g_assert_cmpuint (list->len, ==, 2 * THRU_PORT_LIST_MAX);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/devices/names/alsa-numbers-and-repetition-go", test_alsa);
  g_test_add_func ("/devices/names/jack-bridges-go", test_jack);
  g_test_add_func ("/devices/names/are-fit-to-show", test_hostile);
  g_test_add_func ("/devices/names/twins-get-an-ordinal", test_twins);
  g_test_add_func ("/devices/names/identity-survives-renumbering", test_identity_survives_renumbering);
  g_test_add_func ("/devices/names/ours-are-left-out", test_ours_are_left_out);
  g_test_add_func ("/devices/names/natural-order-sources-first", test_order);
  g_test_add_func ("/devices/names/places-survive-a-restart", test_places);
  g_test_add_func ("/devices/names/owner-of-a-raw-device-is-read", test_owners);
  g_test_add_func ("/devices/names/are-bounded", test_bounded);

  return g_test_run ();
}
