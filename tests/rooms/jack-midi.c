/* SPDX-FileCopyrightText: The Thruwall authors
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

/* A MIDI device on JACK for tests, with nothing of Thruwall in it:
 *
 *   jack-midi play NAME FILE [RATE [at-once]]
 *                          makes the port NAME:out, waits until something is connected to it (not with at-once) and plays
 *                          each line of FILE ("-": standard input, read as it comes), hexadecimal octets, as one event;
 *                          "sleep 250" pauses (ms). RATE: events per second at most. Ends after the last line.
 *                          "evenly 250" plays what follows at even times, so many a second; 0: no longer. "tell" prints, in
 *                          SECONDS, when each event since the last time was played, and "told".
 *   jack-midi echo NAME    makes the ports NAME:in and NAME:out and plays what it is played, until it is killed.
 *   jack-midi record NAME [hardware]
 *                          makes the port NAME:in and prints each event as "SECONDS HEX", until it is killed. hardware: as
 *                          if an instrument was behind the port.
 *   jack-midi swallow NAME makes the port NAME:in and does nothing with what comes, until it is killed.
 *
 * JACK_DEFAULT_SERVER names the server, as usual. */

#include <ctype.h>
#include <jack/jack.h>
#include <jack/midiport.h>
#include <jack/ringbuffer.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RING (4 * 1024 * 1024)
#define EVENT_MAX 16000 /* octets; a longer line becomes several events */
#define TOLD_MAX (1 << 18)

typedef struct
{
  uint64_t time_us;
  uint32_t length;
} Header;

static jack_port_t *port;
static jack_port_t *echo_port;
static jack_ringbuffer_t *ring;
static uint8_t scratch[2 * 1024 * 1024];
static volatile int gone;
static volatile unsigned lost;
static uint64_t told_us[TOLD_MAX];
static size_t n_told;
static uint64_t interval_ns; /* of even times; 0: there are none */
static uint64_t due_ns;

static uint64_t
now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (uint64_t) now.tv_sec * 1000000 + (uint64_t) now.tv_nsec / 1000;
}

static void
server_gone (void *unused)
{
  gone = 1;
}

/* Whether a whole event is in the ring. */
static int
peek (Header *header)
{
  return jack_ringbuffer_peek (ring, (char *) header, sizeof *header) == sizeof *header
         && jack_ringbuffer_read_space (ring) >= sizeof *header + header->length;
}

static int
process_play (jack_nframes_t n_frames,
              void          *unused)
{
  void *buffer = jack_port_get_buffer (port, n_frames);
  Header header;

  jack_midi_clear_buffer (buffer);
  while (peek (&header) && jack_midi_max_event_size (buffer) > header.length)
    {
      jack_midi_data_t *event = jack_midi_event_reserve (buffer, 0, header.length);

      if (event == NULL)
        break;
      jack_ringbuffer_read_advance (ring, sizeof header);
      jack_ringbuffer_read (ring, (char *) event, header.length);
    }
  return 0;
}

static int
process_record (jack_nframes_t n_frames,
                void          *unused)
{
  void *buffer = jack_port_get_buffer (port, n_frames);
  uint32_t n = jack_midi_get_event_count (buffer);
  jack_midi_event_t event;

  for (uint32_t i = 0; i < n; i++)
    {
      Header header = { now_us (), 0 };

      if (jack_midi_event_get (&event, buffer, i) != 0)
        continue;
      header.length = (uint32_t) event.size;
      if (jack_ringbuffer_write_space (ring) < sizeof header + event.size)
        {
          lost++;
          continue;
        }
      jack_ringbuffer_write (ring, (const char *) &header, sizeof header);
      jack_ringbuffer_write (ring, (const char *) event.buffer, event.size);
    }
  return 0;
}

static int
process_echo (jack_nframes_t n_frames,
              void          *unused)
{
  void *in = jack_port_get_buffer (port, n_frames);
  void *out = jack_port_get_buffer (echo_port, n_frames);
  uint32_t n = jack_midi_get_event_count (in);
  jack_midi_event_t event;

  jack_midi_clear_buffer (out);
  for (uint32_t i = 0; i < n; i++)
    if (jack_midi_event_get (&event, in, i) == 0)
      jack_midi_event_write (out, event.time, event.buffer, event.size);
  return 0;
}

static int
process_swallow (jack_nframes_t n_frames,
                 void          *unused)
{
  jack_port_get_buffer (port, n_frames);
  return 0;
}

static void
queue_event (const uint8_t *bytes,
             uint32_t       length)
{
  Header header = { now_us (), length };

  while (!gone && jack_ringbuffer_write_space (ring) < sizeof header + length)
    usleep (1000);
  jack_ringbuffer_write (ring, (const char *) &header, sizeof header);
  jack_ringbuffer_write (ring, (const char *) bytes, length);
  if (n_told < TOLD_MAX)
    told_us[n_told++] = header.time_us;
}

static void
wait_for_even_time (void)
{
  struct timespec due = { (time_t) (due_ns / 1000000000), (long) (due_ns % 1000000000) };

  if (interval_ns == 0)
    return;
  clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL);
  due_ns += interval_ns;
}

static void
tell (void)
{
  for (size_t i = 0; i < n_told; i++)
    printf ("%.6f\n", (double) told_us[i] / 1e6);
  puts ("told");
  fflush (stdout);
  n_told = 0;
}

static int
digit (char c)
{
  static const char digits[] = "0123456789abcdef";
  const char *found = c != '\0' ? strchr (digits, tolower ((unsigned char) c)) : NULL;

  return found != NULL ? (int) (found - digits) : -1;
}

/* Octets of a line of hexadecimal digits, blanks between them or not; -1: something else. */
static long
parse_line (const char *line)
{
  long n = 0;

  for (line += strspn (line, " \t\r\n"); *line != '\0'; line += 2, line += strspn (line, " \t\r\n"))
    {
      int high = digit (line[0]);
      int low = high >= 0 ? digit (line[1]) : -1;

      if (n == (long) sizeof scratch || low < 0)
        return -1;
      scratch[n++] = (uint8_t) (high * 16 + low);
    }
  return n;
}

/* Whether it was one. */
static int
obey (const char *line)
{
  unsigned number;

  if (sscanf (line, "sleep %u", &number) == 1)
    {
      usleep ((useconds_t) number * 1000);
    }
  else if (sscanf (line, "evenly %u", &number) == 1)
    {
      interval_ns = number > 0 ? 1000000000 / number : 0;
      due_ns = now_us () * 1000 + interval_ns;
    }
  else if (strcmp (line, "tell\n") == 0)
    {
      tell ();
    }
  else
    {
      return 0;
    }
  return 1;
}

static int
play_line (const char *line,
           double      rate)
{
  long n;

  if (obey (line))
    return 1;
  n = parse_line (line);
  if (n < 0)
    return 0;
  if (n > 0)
    wait_for_even_time ();
  for (long at = 0; at < n; at += EVENT_MAX)
    queue_event (scratch + at, (uint32_t) (n - at < EVENT_MAX ? n - at : EVENT_MAX));
  if (n > 0 && rate > 0)
    usleep ((useconds_t) (1e6 / rate));
  return 1;
}

static int
play (const char *path,
      double      rate,
      int         at_once)
{
  FILE *file = strcmp (path, "-") == 0 ? stdin : fopen (path, "r");
  char *line = NULL;
  size_t size = 0;
  int status = 0;

  if (file == NULL)
    {
      perror (path);
      return 1;
    }
  while (!gone && !at_once && !jack_port_connected (port))
    usleep (10000);
  while (!gone && getline (&line, &size, file) > 0)
    if (!play_line (line, rate))
      {
        fprintf (stderr, "jack-midi: not hexadecimal: %s", line);
        status = 1;
        break;
      }
  while (!gone && jack_ringbuffer_read_space (ring) > 0)
    usleep (1000);
  /* The last period is on its way. */
  usleep (100000);
  free (line);
  fclose (file);
  return gone ? 1 : status;
}

static void
print_event (const Header *header)
{
  printf ("%.6f ", (double) header->time_us / 1e6);
  for (uint32_t i = 0; i < header->length; i++)
    printf ("%02x", scratch[i]);
  putchar ('\n');
}

static int
record (void)
{
  Header header;

  while (!gone)
    {
      while (peek (&header))
        {
          jack_ringbuffer_read_advance (ring, sizeof header);
          jack_ringbuffer_read (ring, (char *) scratch, header.length);
          print_event (&header);
        }
      fflush (stdout);
      if (lost > 0)
        {
          fprintf (stderr, "jack-midi: lost %u events\n", lost);
          lost = 0;
        }
      usleep (1000);
    }
  return 1;
}

int
main (int    argc,
      char **argv)
{
  int plays = argc >= 4 && strcmp (argv[1], "play") == 0;
  int swallows = argc == 3 && strcmp (argv[1], "swallow") == 0;
  int echoes = argc == 3 && strcmp (argv[1], "echo") == 0;
  int records = swallows || echoes || (argc >= 3 && strcmp (argv[1], "record") == 0);
  unsigned long hardware = records && argc > 3 ? JackPortIsPhysical | JackPortIsTerminal : 0;
  jack_client_t *client;
  int status;

  if (!plays && !records)
    {
      fprintf (stderr, "Usage: jack-midi play NAME FILE [RATE [at-once]] | echo NAME | record NAME [hardware] | swallow NAME\n");
      return 2;
    }
  client = jack_client_open (argv[2], JackNoStartServer | JackUseExactName, NULL);
  if (client == NULL)
    {
      fprintf (stderr, "jack-midi: no JACK server, or a client of this name is there\n");
      return 1;
    }
  ring = jack_ringbuffer_create (RING);
  jack_on_shutdown (client, server_gone, NULL);
  port = jack_port_register (client, plays ? "out" : "in", JACK_DEFAULT_MIDI_TYPE,
                             plays ? JackPortIsOutput : JackPortIsInput | hardware, 0);
  if (echoes)
    echo_port = jack_port_register (client, "out", JACK_DEFAULT_MIDI_TYPE, JackPortIsOutput, 0);
  jack_set_process_callback (client, plays ? process_play : echoes ? process_echo : swallows ? process_swallow : process_record,
                             NULL);
  if (port == NULL || jack_activate (client) != 0)
    return 1;
  fprintf (stderr, "jack-midi: ready\n");
  status = plays ? play (argv[3], argc > 4 ? atof (argv[4]) : 0, argc > 5) : record ();
  jack_client_close (client);
  return status;
}
