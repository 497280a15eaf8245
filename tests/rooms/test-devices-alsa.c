/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* The devices layer against the kernel's ALSA sequencer, through two of its virtual raw MIDI ports. Run in the
 * guest that guest.sh starts. */

#include "midi-fixture.h"

#include <alsa/asoundlib.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NAME_0 "Virtual Raw MIDI 0-0: VirMIDI 0-0"
#define NAME_1 "Virtual Raw MIDI 0-1: VirMIDI 0-1"

/* What the raw MIDI port read so far; under the lock. */
static GMutex lock;
static GByteArray *got;

static ThruMidiSystem *
start_system (void)
{
  /* The sequencer is there, so it is preferred. */
  ThruMidiSystem *system = thru_midi_system_new (THRU_MIDI_API_AUTO);

  thru_midi_system_start (system);
  wait_until (10, thru_midi_system_is_working (system));
  g_assert_cmpstr (thru_midi_system_get_api_name (system), ==, "ALSA");
  return system;
}

static void
stop_system (ThruMidiSystem *system)
{
  thru_midi_system_stop (system);
  g_assert_finalize_object (system);
}

static GPtrArray *
make_stream (void)
{
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  for (guint i = 0; i < 1000; i++)
    {
      uint8_t note[] = { (uint8_t) (0x90 | i % 16), (uint8_t) (i / 128), (uint8_t) (i % 127 + 1) };

      g_ptr_array_add (messages, g_bytes_new (note, sizeof note));
    }
  g_ptr_array_add (messages, g_byte_array_free_to_bytes (make_sysex (3)));
  g_ptr_array_add (messages, g_byte_array_free_to_bytes (make_sysex (300)));
  g_ptr_array_add (messages, g_byte_array_free_to_bytes (make_sysex (5000)));
  g_ptr_array_add (messages, g_byte_array_free_to_bytes (make_sysex (20000)));
  /* A port that was poisoned would not play it. */
  g_ptr_array_add (messages, g_bytes_new_static ("\x90\x40\x7f", 3));
  return messages;
}

static gpointer
read_raw (gpointer fd)
{
  uint8_t bytes[4096];
  ssize_t n;

  while ((n = read (GPOINTER_TO_INT (fd), bytes, sizeof bytes)) > 0)
    {
      g_mutex_lock (&lock);
      g_byte_array_append (got, bytes, (guint) n);
      g_mutex_unlock (&lock);
    }
  return NULL;
}

static guint
count_got (void)
{
  guint n;

  g_mutex_lock (&lock);
  n = got->len;
  g_mutex_unlock (&lock);
  return n;
}

static void
test_plays_everything (void)
{
  g_autoptr(GPtrArray) messages = make_stream ();
  g_autoptr(GByteArray) expected = join_messages (messages);
  ThruMidiSystem *system = start_system ();
  ThruOutput *output = thru_midi_system_open_output (system, "alsa:out:" NAME_1);
  int fd = open ("/dev/snd/midiC0D1", O_RDONLY);

  g_assert_cmpint (fd, >=, 0);
  got = g_byte_array_new ();
  g_thread_unref (g_thread_new ("raw MIDI", read_raw, GINT_TO_POINTER (fd)));
  wait_until (10, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_OPEN);
  for (guint i = 0; i < messages->len; i++)
    {
      gsize length;
      const uint8_t *message = g_bytes_get_data (g_ptr_array_index (messages, i), &length);
      gboolean sent = FALSE;

      wait_until (10, sent || (sent = thru_output_send (output, message, length, 0)));
    }
  wait_until (30, count_got () >= expected->len);
  g_mutex_lock (&lock);
  g_assert_cmpmem (got->data, got->len, expected->data, expected->len);
  g_mutex_unlock (&lock);
  g_assert_finalize_object (output);
  stop_system (system);
}

static gpointer
write_raw (gpointer bytes)
{
  GByteArray *all = bytes;
  int fd = open ("/dev/snd/midiC0D0", O_WRONLY);

  g_assert_cmpint (fd, >=, 0);
  /* What is written at once and does not fit into our client's pool is lost in the kernel, before it reaches us. */
  for (guint at = 0; at < all->len; at += 256)
    {
      guint n = MIN (256, all->len - at);

      g_assert_cmpint (write (fd, all->data + at, n), ==, n);
      g_usleep (5000);
    }
  close (fd);
  return NULL;
}

static void
test_hears_everything (void)
{
  g_autoptr(GPtrArray) messages = make_stream ();
  g_autoptr(GByteArray) expected = join_messages (messages);
  g_autoptr(GByteArray) bytes = g_byte_array_new ();
  ThruMidiSystem *system = start_system ();
  ThruInput *input = thru_midi_system_open_input (system, "alsa:in:" NAME_0);
  GThread *writer;

  wait_until (10, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_OPEN);
  writer = g_thread_new ("writer", write_raw, expected);
  wait_until (60, (read_input (input, bytes), bytes->len >= expected->len));
  g_thread_join (writer);
  g_assert_cmpmem (bytes->data, bytes->len, expected->data, expected->len);
  g_assert_finalize_object (input);
  stop_system (system);
}

static snd_seq_t *
plug_in (const char *name)
{
  snd_seq_t *seq;

  g_assert_cmpint (snd_seq_open (&seq, "default", SND_SEQ_OPEN_DUPLEX, SND_SEQ_NONBLOCK), ==, 0);
  snd_seq_set_client_name (seq, name);
  g_assert_cmpint (snd_seq_create_simple_port (seq, name,
                                               SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ,
                                               SND_SEQ_PORT_TYPE_MIDI_GENERIC | SND_SEQ_PORT_TYPE_APPLICATION), >=, 0);
  return seq;
}

static void
test_plugging_is_seen (void)
{
  ThruMidiSystem *system = start_system ();
  snd_seq_t *seq = plug_in ("Hot Keys");
  gint64 start = g_get_monotonic_time ();
  ThruInput *input;

  wait_until (2, find_port (system, "Hot Keys", THRU_DIRECTION_SOURCE) != NULL);
  g_test_message ("came after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  input = thru_midi_system_open_input (system, "alsa:in:Hot Keys");
  wait_until (5, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_OPEN);

  /* Out and in again before anybody looks: the same address, but the connection is gone. */
  snd_seq_close (seq);
  seq = plug_in ("Hot Keys");
  wait_until (2, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_FAILED);
  g_assert_finalize_object (input);

  start = g_get_monotonic_time ();
  snd_seq_close (seq);
  wait_until (2, find_port (system, "Hot Keys", THRU_DIRECTION_SOURCE) == NULL);
  g_test_message ("went after %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - start) / 1000);
  stop_system (system);
}

/* Lets @listener have the port 0 of @seq for itself alone, or @shares it again. */
static void
hold (snd_seq_t *listener,
      snd_seq_t *seq,
      gboolean   shares)
{
  snd_seq_port_subscribe_t *subscription;
  snd_seq_addr_t from = { (unsigned char) snd_seq_client_id (seq), 0 };
  snd_seq_addr_t to = { (unsigned char) snd_seq_client_id (listener), 0 };

  snd_seq_port_subscribe_alloca (&subscription);
  snd_seq_port_subscribe_set_sender (subscription, &from);
  snd_seq_port_subscribe_set_dest (subscription, &to);
  snd_seq_port_subscribe_set_exclusive (subscription, 1);
  if (shares)
    g_assert_cmpint (snd_seq_unsubscribe_port (listener, subscription), ==, 0);
  else
    g_assert_cmpint (snd_seq_subscribe_port (listener, subscription), ==, 0);
}

static void
test_who_holds_a_device_is_named (void)
{
  ThruMidiSystem *system = start_system ();
  snd_seq_t *seq = plug_in ("Hot Keys");
  snd_seq_t *listener;
  ThruInput *input;

  g_assert_cmpint (snd_seq_open (&listener, "default", SND_SEQ_OPEN_DUPLEX, SND_SEQ_NONBLOCK), ==, 0);
  snd_seq_set_client_name (listener, "Greedy");
  g_assert_cmpint (snd_seq_create_simple_port (listener, "in", SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE,
                                               SND_SEQ_PORT_TYPE_APPLICATION), ==, 0);
  hold (listener, seq, FALSE);
  wait_until (5, find_port (system, "Hot Keys", THRU_DIRECTION_SOURCE) != NULL);
  input = thru_midi_system_open_input (system, "alsa:in:Hot Keys");
  wait_until (5, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_FAILED);
  g_assert_cmpstr (thru_port_get_problem (THRU_PORT (input)), ==,
                   "Hot Keys is held by Greedy, which shares it with nobody. Close that program; Thruwall keeps trying.");
  g_assert_finalize_object (input);

  hold (listener, seq, TRUE);
  input = thru_midi_system_open_input (system, "alsa:in:Hot Keys");
  wait_until (5, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_OPEN);
  g_assert_finalize_object (input);
  snd_seq_close (listener);
  snd_seq_close (seq);
  stop_system (system);
}

static void
test_twins_are_opened_one_by_one (void)
{
  ThruMidiSystem *system = start_system ();
  snd_seq_t *first = plug_in ("Twin");
  snd_seq_t *second = plug_in ("Twin");
  g_autofree char *port = NULL;
  ThruInput *inputs[2];

  wait_until (5, find_port (system, "Twin (2)", THRU_DIRECTION_SOURCE) != NULL);
  port = g_strdup (find_port (system, "Twin", THRU_DIRECTION_SOURCE)->port);
  inputs[0] = thru_midi_system_open_input (system, port);
  inputs[1] = thru_midi_system_open_input (system, find_port (system, "Twin (2)", THRU_DIRECTION_SOURCE)->port);
  wait_until (5, thru_port_get_state (THRU_PORT (inputs[0])) == THRU_PORT_OPEN);
  wait_until (5, thru_port_get_state (THRU_PORT (inputs[1])) == THRU_PORT_OPEN);
  snd_seq_close (first);
  wait_until (5, thru_port_get_state (THRU_PORT (inputs[0])) == THRU_PORT_FAILED);
  wait_until (5, find_port (system, "Twin (2)", THRU_DIRECTION_SOURCE) == NULL);
  g_assert_cmpint (thru_port_get_state (THRU_PORT (inputs[1])), ==, THRU_PORT_OPEN);
  g_assert_finalize_object (inputs[0]);

  /* What is left is called as the first was, but it is not opened in its stead. */
  inputs[0] = thru_midi_system_open_input (system, port);
  wait_until (5, thru_port_get_state (THRU_PORT (inputs[0])) == THRU_PORT_FAILED);
  g_assert_finalize_object (inputs[0]);
  g_assert_finalize_object (inputs[1]);
  snd_seq_close (second);
  stop_system (system);
}

static void
test_places_are_told (void)
{
  ThruMidiSystem *system = start_system ();
  snd_seq_t *seq = plug_in ("Hot Keys");

  wait_until (5, find_port (system, "Hot Keys", THRU_DIRECTION_SOURCE) != NULL);
  g_assert_cmpstr (find_port (system, NAME_0, THRU_DIRECTION_SOURCE)->place, ==, "platform/snd_virmidi.0#0");
  g_assert_cmpstr (find_port (system, NAME_0, THRU_DIRECTION_DESTINATION)->place, ==, "platform/snd_virmidi.0#0");
  g_assert_null (find_port (system, "Hot Keys", THRU_DIRECTION_SOURCE)->place);
  snd_seq_close (seq);
  stop_system (system);
}

static void
test_ours_are_left_out (void)
{
  ThruMidiSystem *system = start_system ();
  guint n = thru_midi_system_get_ports (system)->len;
  ThruInput *input = thru_midi_system_open_input (system, "alsa:in:" NAME_0);
  ThruOutput *output = thru_midi_system_open_output (system, "alsa:out:" NAME_1);
  snd_seq_t *seq;

  wait_until (10, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_OPEN);
  wait_until (10, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_OPEN);
  g_assert_nonnull (find_port (system, "Midi Through Port-0", THRU_DIRECTION_SOURCE));
  seq = plug_in ("Another");
  wait_until (2, find_port (system, "Another", THRU_DIRECTION_SOURCE) != NULL);
  g_assert_cmpuint (thru_midi_system_get_ports (system)->len, ==, n + 1);
  snd_seq_close (seq);
  g_assert_finalize_object (input);
  g_assert_finalize_object (output);
  stop_system (system);
}

static void
test_opening_and_closing_leaks_nothing (void)
{
  ThruMidiSystem *system = start_system ();
  guint fds = 0;
  guint threads = 0;

  for (guint i = 0; i < 100; i++)
    {
      ThruInput *input = thru_midi_system_open_input (system, "alsa:in:" NAME_0);
      ThruOutput *output = thru_midi_system_open_output (system, "alsa:out:" NAME_1);

      wait_until (10, thru_port_get_state (THRU_PORT (input)) == THRU_PORT_OPEN);
      wait_until (10, thru_port_get_state (THRU_PORT (output)) == THRU_PORT_OPEN);
      g_assert_finalize_object (input);
      g_assert_finalize_object (output);
      if (i == 0)
        {
          fds = count_in_proc ("fd");
          threads = count_in_proc ("task");
        }
    }
  wait_until (10, count_in_proc ("fd") <= fds && count_in_proc ("task") <= threads);
  stop_system (system);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/devices/alsa/plugging-is-seen", test_plugging_is_seen);
  g_test_add_func ("/devices/alsa/who-holds-a-device-is-named", test_who_holds_a_device_is_named);
  g_test_add_func ("/devices/alsa/twins-are-opened-one-by-one", test_twins_are_opened_one_by_one);
  g_test_add_func ("/devices/alsa/places-are-told", test_places_are_told);
  g_test_add_func ("/devices/alsa/ours-are-left-out", test_ours_are_left_out);
  g_test_add_func ("/devices/alsa/plays-everything", test_plays_everything);
  g_test_add_func ("/devices/alsa/hears-everything", test_hears_everything);
  g_test_add_func ("/devices/alsa/opening-and-closing-leaks-nothing", test_opening_and_closing_leaks_nothing);

  return g_test_run ();
}
