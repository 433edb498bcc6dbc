// The platforms there are; each is a file of this name. Constant; any thread.
#pragma once

namespace attune::bot {

class Channel;
class Platform;

const Platform* directline();
const Platform* twilio();
const Channel* callback();
const Channel* telegram();
const Channel* slack();
const Channel* whatsapp();
const Channel* messenger();
const Channel* instagram();

}  // namespace attune::bot
