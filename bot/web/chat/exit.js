// Leaving at once. After the pattern of GOV.UK's "Exit this page": a link that works without this
// script, Shift three times, everything hidden before the browser has begun to move.

const kBetweenPresses = 5000;  // milliseconds for the whole of three presses

export function leaveNow() {
  const blank = document.createElement('div');
  blank.className = 'blank';
  blank.setAttribute('role', 'alert');
  blank.textContent = 'Loading.';
  document.body.replaceChildren(blank);
  document.title = 'Loading';
  location.replace('/leave');  // clears the cookie and sends the browser on; Back does not return here
}

export function watchForLeaving(link, status) {
  link.addEventListener('click', (event) => { event.preventDefault(); leaveNow(); });

  let presses = 0;
  let first = 0;
  let alone = false;  // Shift went down and nothing else has been pressed since
  addEventListener('keydown', (event) => {
    if (event.key === 'Shift') { alone = !event.repeat; } else { alone = false; presses = 0; }
  });
  addEventListener('keyup', (event) => {
    if (event.key !== 'Shift' || !alone) return;
    alone = false;
    if (presses === 0 || event.timeStamp - first > kBetweenPresses) { presses = 0; first = event.timeStamp; }
    presses += 1;
    if (presses >= 3) return leaveNow();
    status(presses === 1 ? 'Shift twice more to leave.' : 'Shift once more to leave.');
  });

  // A page kept in the browser's memory must not show itself again after leaving.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
}
