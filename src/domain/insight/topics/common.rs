//! The words of courtesy and grammar, English and Russian, that tell nothing of what a ticket is about.

/// Lines that begin so and have two words more at most only greet.
pub(super) const GREETINGS: &str = "\
hello
hi
hey
dear
greetings
good morning
good day
good afternoon
good evening
to whom it may concern
здравствуйте
здравствуй
привет
приветствую
добрый день
добрый вечер
доброе утро
доброго дня
доброго времени суток
день добрый
уважаемые
уважаемый
уважаемая
коллеги";

/// Lines that begin so and have two words more at most say farewell.
pub(super) const FAREWELLS: &str = "\
regards
kind regards
best regards
warm regards
best
best wishes
cheers
thanks
thank you
thank you in advance
many thanks
many thanks in advance
thanks in advance
sincerely
yours sincerely
yours faithfully
respectfully
sent from
с уважением
с наилучшими пожеланиями
спасибо
большое спасибо
спасибо заранее
заранее спасибо
заранее благодарю
заранее благодарен
заранее благодарна
благодарю
отправлено с
отправлено из
жду ответа";

/// A subject of these words alone says nothing.
pub(super) const GENERIC: &str = "\
no subject (no subject) untitled urgent urgently important asap help need please support question questions problem problems issue issues \
request hello hi hey a the i my with have new ticket message inquiry enquiry \
без темы (без темы) срочно очень важно помогите помощь нужна поддержка вопрос вопросы проблема проблемы заявка обращение запрос \
здравствуйте добрый день привет новое новая сообщение письмо у меня по просьба";

/// The words that every text is full of.
pub(super) const COMMON: &str = "\
a an the and or but if then else of to in on at by for with from about into over after before up down out off is are was were be been \
being am do does did doing done have has had having i me my mine you your yours he him his she her it its we us our ours they them \
their this that these those there here what which who whom whose when where why how can could will would shall should may might must \
no not nor so too very just also as than only same some any all each both more most other such own again once ever im ive id ill dont \
doesnt didnt cant couldnt wont wouldnt isnt arent wasnt werent hasnt havent hadnt s t m ve re d ll don doesn didn couldn wouldn isn \
aren wasn weren hasn haven hadn please pls hello hi hey dear thanks thank regards help need want know tell like get got let really still \
и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне было вот от меня еще нет о из ему теперь \
когда даже ну вдруг ли если уже или ни быть был него до вас нибудь опять уж вам ведь там потом себя ничего ей может они тут где есть \
надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже себе под будет ж тогда кто этот того потому этого какой совсем ним \
здесь этом один почти мой тем чтобы нее сейчас были куда зачем всех никогда можно при наконец два об другой хоть после над больше тот \
через эти нас про всего них какая много разве три эту моя впрочем хорошо свою этой перед иногда лучше чуть том нельзя такой им более \
всегда конечно всю между это пожалуйста здравствуйте привет добрый день спасибо подскажите скажите помогите хочу могу нужно ваш ваша \
ваши вашем вашей мое моего моей мои свой";
